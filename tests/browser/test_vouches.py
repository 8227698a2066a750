"""A vouch from the member who is marked to the one that is voided, in a browser, on a real bot."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from botrunner.sandbox.cast import ANN, BORIS, TALLY_HOUSE
from tests.browser.site import PASSWORD, USERNAME, Site, running_site

pytestmark = pytest.mark.browser

# Nobody has written in the group yet: the bot does not know it.
ENABLE = f"""
from accounts.services import COMMAND, refresh_chat, set_chat_enabled
refresh_chat({TALLY_HOUSE}, kind="supergroup", title="The Tally House")
set_chat_enabled(telegram_id={TALLY_HOUSE}, is_enabled=True, actor=COMMAND)
"""


def picture(red: int) -> bytes:
    """A PNG of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    rows = (b"\0" + bytes((red, 120, 160)) * 240) * 160
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 240, 160, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "manage.py", "runbot") as site:
        yield site


def chat(page: Page, chat_id: int) -> Locator:
    return page.locator(f"[id='chat{chat_id}']")


def show(group: Locator, photo: bytes, caption: str) -> None:
    file = {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
    group.locator("input[type=file]").set_input_files([file])
    group.locator("textarea").fill(caption)
    group.locator("textarea").press("Enter")


def last(panel: Locator) -> Locator:
    return panel.locator(".in .text").last


def test_a_photo_becomes_a_vouch_and_is_voided(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("STORY_PICTURES") or tmp_path)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=site.url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/admin/login/?next=/sandbox/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    for user_id in (ANN, BORIS):
        chat(page, user_id).locator(".bar .primary").click()
        expect(last(chat(page, user_id))).to_contain_text("25")
    site.manage("shell", "-v", "0", "-c", ENABLE)

    page.goto("/admin/points/vouchprovider/mark/")
    page.fill("[name=members]", "@boris_orlov")
    page.fill("[name=headline]", "Bicycles, repaired within a day")
    page.screenshot(path=pictures / "mark.png")
    page.get_by_role("button", name="Mark").click()
    expect(page.get_by_text("Marked as providers: 1 of 1.")).to_be_visible()
    page.screenshot(path=pictures / "providers.png")

    page.goto("/sandbox/")
    group = chat(page, TALLY_HOUSE)
    show(group, picture(20), "my bike runs again, thank you @boris_orlov")
    expect(last(group)).to_contain_text("1 vouch now")
    show(group, picture(20), "@boris_orlov")
    expect(last(group)).to_contain_text("This photo was a vouch already")
    expect(group.locator(".photo img")).to_have_count(2)
    page.wait_for_timeout(300)
    page.screenshot(path=pictures / "group.png")

    page.goto("/admin/points/vouch/")
    page.screenshot(path=pictures / "vouches.png")
    page.locator("#result_list th a, #result_list td a").first.click()
    page.screenshot(path=pictures / "vouch.png")
    page.get_by_role("link", name="Void…").click()
    page.fill("[name=reason]", "The photo shows another bike")
    page.get_by_role("button", name="Void").click()
    expect(page.get_by_text("The vouch no longer counts")).to_be_visible()
    context.close()
