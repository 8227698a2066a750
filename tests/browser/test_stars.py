"""Points bought with pretend Stars, refused, paid for twice over, and given back.

STORY_PICTURES names a folder for pictures.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from botrunner.sandbox.cast import ANN, DALIA
from tests.browser.site import PASSWORD, USERNAME, Site, running_site

pytestmark = pytest.mark.browser

CHANGE = "from vip.models import StarPack; StarPack.objects.filter(points=500).update(stars={})"
REFUND = """
from accounts.services import SYSTEM
from django.utils import timezone
from vip.models import StarPayment
from vip.services.stars import refund_payment
refund_payment(payment_id=StarPayment.objects.get().pk, reason="asked", take_what_is_left=False,
               actor=SYSTEM, key="web:1", now=timezone.now())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "manage.py", "runbot") as site:
        yield site


@pytest.fixture
def page(site: Site, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site.url}/admin/login/?next=/sandbox/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/sandbox/")
    yield page
    context.close()
    assert complaints == []


def chat(page: Page, chat_id: int) -> Locator:
    return page.locator(f"[id='chat{chat_id}']")


def open_chat(page: Page, chat_id: int) -> Locator:
    page.locator(f"[id='tab{chat_id}']").click()
    panel = chat(page, chat_id)
    panel.locator(".bar .primary").first.click()
    expect(panel.locator(".in").first).to_be_visible()
    return panel


def say(panel: Locator, text: str) -> None:
    panel.locator("textarea").fill(text)
    panel.locator("textarea").press("Enter")


def take(page: Page, name: str) -> None:
    folder = os.environ.get("STORY_PICTURES")
    if folder:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(folder) / f"stars-{name}.png"))


def test_points_are_bought_refused_and_refunded(page: Page, site: Site):
    panel = open_chat(page, ANN)
    sheet, invoices = panel.locator(".veil.sheet"), panel.locator(".key.pay")

    say(panel, "/stars")
    panel.locator(".key", has_text="500 points").first.click()
    expect(invoices).to_have_text("Pay ⭐ 50")
    take(page, "invoice")

    # By the keyboard alone, and back out.
    invoices.focus()
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("button", name="Pay")).to_be_focused()
    take(page, "sheet")
    page.keyboard.press("Tab")
    expect(sheet.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(invoices).to_be_focused()

    # The price has changed meanwhile: nothing is paid, and it is said why.
    site.manage("shell", "-v", "0", "-c", CHANGE.format(60))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("alert")).to_contain_text("Nothing was paid")
    take(page, "refused")
    page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)

    site.manage("shell", "-v", "0", "-c", CHANGE.format(50))
    invoices.click()
    sheet.get_by_role("button", name="Pay").click()
    expect(sheet).to_have_count(0)
    expect(panel.locator(".service.payment")).to_contain_text("You paid ⭐ 50")
    expect(panel.get_by_text("500 points are yours")).to_have_count(1)
    take(page, "receipt")

    panel.get_by_role("button", name="Deliver again").click()
    expect(panel.get_by_text("500 points are yours")).to_have_count(2)
    expect(panel.get_by_text("Your balance: 525 points")).to_have_count(2)
    invoices.click()
    expect(sheet).to_contain_text("⭐ 4,950")
    page.keyboard.press("Escape")

    site.manage("shell", "-v", "0", "-c", REFUND)
    expect(panel.locator(".service.payment").last).to_contain_text("⭐ 50 came back to you")
    expect(panel.get_by_text("Your payment of ⭐ 50 was refunded")).to_be_visible()
    take(page, "refunded")


def test_in_arabic_and_in_the_dark_the_sheet_is_whole(page: Page):
    page.emulate_media(color_scheme="dark")
    panel = open_chat(page, DALIA)
    say(panel, "/stars")
    panel.locator(".key", has_text="⭐ 50").first.click()
    panel.locator(".key.pay").click()

    sheet = panel.locator(".veil.sheet")
    expect(sheet.get_by_role("button").first).to_be_visible()
    card = sheet.locator(".card")
    card.evaluate("card => Promise.all(card.getAnimations().map((one) => one.finished))")
    box = card.bounding_box()
    assert box is not None
    assert (box["x"], round(box["width"])) == (0, 390)
    take(page, "arabic")
    sheet.get_by_role("button").last.click()
    expect(panel.locator(".service.payment")).to_contain_text("⭐ 50")
