"""Games as members play them and as staff look at them, in a browser, on a real bot.

STORY_PICTURES names a folder for the pictures, one of which is in the README.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from botrunner.sandbox.cast import ANN, BORIS, TALLY_HOUSE
from tests.browser.site import PASSWORD, USERNAME, Site, running_site

pytestmark = pytest.mark.browser

RICH = """
from accounts.models import Member
from accounts.services import SYSTEM
from django.utils import timezone
from points.services import adjust
for member in Member.objects.all():
    adjust(member_id=member.pk, change=5_000, reason="For the games", key=f"rich:{member.pk}",
           actor=SYSTEM, now=timezone.now())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "manage.py", "runbot") as site:
        yield site


def chat(page: Page, chat_id: int) -> Locator:
    return page.locator(f"[id='chat{chat_id}']")


def say(panel: Locator, text: str) -> None:
    panel.locator("textarea").fill(text)
    panel.locator("textarea").press("Enter")


def press(panel: Locator, label: str) -> None:
    panel.locator(".key", has_text=label).last.click()


def last(panel: Locator) -> Locator:
    return panel.locator(".in .text").last


def test_games_are_played_and_looked_at(site: Site, chromium: Browser, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("STORY_PICTURES") or tmp_path)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=site.url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/admin/login/?next=/sandbox/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    ann, boris, group = (chat(page, chat_id) for chat_id in (ANN, BORIS, TALLY_HOUSE))
    for panel in (ann, boris):
        panel.locator(".bar .primary").click()
        expect(last(panel)).to_contain_text("25")
    site.manage("shell", "-v", "0", "-c", RICH)

    say(ann, "/roulette 50 red")
    press(ann, "🎡")
    expect(ann.locator(".key", has_text="🔎")).to_be_visible()
    say(boris, "/blackjack 100")
    press(boris, "🃏")
    say(group, "/duel @boris_orlov 200")
    press(group, "⚔️")
    expect(group.locator(".key", has_text="✅")).to_be_visible()
    page.wait_for_timeout(400)
    page.screenshot(path=pictures / "games.png")

    page.goto("/admin/points/game/")
    expect(page.locator("#result_list")).to_contain_text("Roulette")
    page.screenshot(path=pictures / "admin-games.png")
    page.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_text("the result is the same")).to_be_visible()
    page.screenshot(path=pictures / "admin-game.png")
    context.close()
