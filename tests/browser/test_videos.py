"""Videos on the whole way, in a browser, on a real bot: sent, published, watched, gone.

STORY_PICTURES names a folder for the pictures.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from botrunner.sandbox.cast import ANN, BORIS
from tests.browser.site import PASSWORD, ROOT, USERNAME, Site, running_site
from tests.browser.test_games import chat, press, say

pytestmark = pytest.mark.browser

CLIPS = ROOT / "botrunner" / "demo" / "clips"
# Ann publishes; a video leaves the chat after a minute.
STAFF = f"""
from accounts.models import Member
from django.contrib.auth.models import User
from vip.models import VipSettings
Member.objects.filter(telegram_id={ANN}).update(staff_user=User.objects.get())
VipSettings.objects.create(video_minutes=1)
"""
# The minute is over.
LATER = """
from botrunner.models import LeavingMessage
from django.utils import timezone
LeavingMessage.objects.update(leave_at=timezone.now())
"""

COUNT = "from vip.jobs import count_video_views; count_video_views()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "manage.py", "runbot") as site:
        yield site


def log_in(page: Page) -> None:
    page.goto("/admin/login/?next=/sandbox/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")


def test_a_video_is_sent_published_watched_and_leaves(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("STORY_PICTURES") or tmp_path)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=site.url)
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    page = context.new_page()
    log_in(page)
    ann, boris = chat(page, ANN), chat(page, BORIS)
    for panel in (ann, boris):
        panel.locator(".bar .primary").click()
        expect(panel.locator(".key", has_text="🎬")).to_be_visible()
    site.manage("shell", "-v", "0", "-c", STAFF)

    ann.locator("input[type=file]").set_input_files(CLIPS / "waves.mp4")
    say(ann, "Waves at dusk #sea #calm")
    expect(ann.locator(".in .text").last).to_contain_text("Not published yet")
    page.screenshot(path=pictures / "video-card.png")
    press(ann, "Publish")
    expect(ann.locator(".in .text").last).to_contain_text("Published")

    press(boris, "🎬")
    expect(boris.locator(".in video")).to_have_count(1)
    expect(boris.locator(".in .text").last).to_contain_text("1 из 5")
    page.screenshot(path=pictures / "video-sent.png")
    press(boris, "🚩")
    press(boris, "🏷")
    expect(boris.locator(".in .text").last).to_contain_text("🙏")
    page.screenshot(path=pictures / "video-reported.png")

    site.manage("shell", "-v", "0", "-c", LATER)
    expect(boris.locator(".in video")).to_have_count(0)

    page.goto("/admin/vip/video/add/")
    page.set_input_files("[name=upload]", CLIPS / "orbit.mp4")
    page.fill("[name=title]", "Three small planets")
    page.check("[name=is_active]")
    page.click("[name=_save]")
    expect(page.locator("#result_list")).to_contain_text("Three small planets")
    page.screenshot(path=pictures / "video-list.png", full_page=True)
    site.manage("shell", "-v", "0", "-c", COUNT)
    page.get_by_role("link", name="No. 1", exact=True).first.click()
    page.wait_for_url("**/change/**")
    page.screenshot(path=pictures / "video-page.png", full_page=True)

    page.goto("/sandbox/")
    say(chat(page, BORIS), "/videos")
    expect(chat(page, BORIS).locator(".in video")).to_have_count(1)
    page.screenshot(path=pictures / "video-upload.png")
    context.close()
