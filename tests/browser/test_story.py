"""The whole story in a browser, on a real ./run: three members and an administrator.

Each chapter leaves a picture: in the test's own folder, or in the one that
STORY_PICTURES names, which is how the README's pictures are made.
"""

import os
import re
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from botrunner.sandbox.cast import ANN, BORIS, CHLOE
from tests.project.running.processes import Program, started
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "a-long-password-for-the-story"
# 555-0100 to 555-0199 ring nowhere, in any area.
AREAS = (201, 202, 203, 205, 206, 207, 208, 209, 210, 212)
NUMBERS = [f"+1{area}55501{line:02}" for area in AREAS for line in range(100)]
BAD_LINES = [
    *(f"+1212555{number}" for number in range(10)),  # too short for the country
    *[NUMBERS[0]] * 10,  # in the file already
    *["1.20255E+10"] * 7,  # digits lost to a spreadsheet
    *["not a number"] * 10,
]


class Story:
    """One Tallyhouse with its folder and ports, the page of its administrator, and pictures."""

    def __init__(self, folder: Path, chromium: Browser) -> None:
        self.folder = folder / "var"
        self.pictures = Path(os.environ.get("STORY_PICTURES") or folder)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
            "ADMIN_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "PORT": str(port),
            "SANDBOX_PORT": str(free_port()),
            "TELEGRAM_TOKEN": "",
            "VAR_DIR": str(self.folder),
        }
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=self.url)
        context.set_default_timeout(15_000)
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @contextmanager
    def running(self) -> Iterator[Program]:
        command = [sys.executable, "-m", "project.running", "--no-demo"]
        with started(command, cwd=ROOT, env=self.env) as program:
            program.find(r"(Sandbox chat )")
            yield program
            program.signal(signal.SIGINT)
            assert program.wait(15) == 0

    def log_in(self) -> None:
        self.page.goto("/admin/login/")
        self.page.fill("[name=username]", "admin")
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("[type=submit]")
        self.page.wait_for_url("**/admin/")

    def picture(self, name: str) -> None:
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def open_sandbox(self) -> None:
        self.page.goto("/sandbox/")
        self.page.wait_for_selector(".panel")

    def chat(self, user_id: int) -> Locator:
        return self.page.locator(f"[id='chat{user_id}']")

    def open_member(self, name: str) -> None:
        self.page.goto("/admin/accounts/member/")
        self.page.get_by_role("link", name=name).first.click()

    def count(self, query: str) -> int:
        with sqlite3.connect(self.folder / "tallyhouse.sqlite3") as database:
            return database.execute(query).fetchone()[0]


def press(chat: Locator, sign: str) -> None:
    """Buttons are found by their sign: it is the same in every language."""
    chat.locator(".key", has_text=sign).last.click()


def last(chat: Locator) -> Locator:
    return chat.locator(".in .text").last


def say(chat: Locator, text: str) -> None:
    chat.locator("textarea").fill(text)
    chat.locator("textarea").press("Enter")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Story:
    return Story(tmp_path_factory.mktemp("story"), chromium)


def test_the_story(story: Story, tmp_path: Path) -> None:
    with story.running():
        story.log_in()
        members_start(story)
        ann_chooses_french_and_takes_her_bonus(story)
        ann_sends_points_to_boris(story)
        admin_gives_points(story)
        ann_buys_vip_with_a_double_tap(story)
        admin_imports_numbers(story, tmp_path)
        chloe_gets_a_code(story)
        admin_grants_vip_to_two(story)
        everything_is_in_the_audit(story)
        story.page.goto("/admin/")
        story.picture("dashboard")
        ledger = story.count("SELECT count(*) FROM points_entry")

    with story.running():
        story.open_sandbox()
        expect(last(story.chat(ANN))).to_contain_text("−500")
        say(story.chat(BORIS), "/points")
        expect(last(story.chat(BORIS))).to_contain_text("35")
        assert story.count("SELECT count(*) FROM points_entry") == ledger
        assert story.count("SELECT count(*) FROM vip_grant") == 3

    assert story.complaints == []


def members_start(story: Story) -> None:
    story.open_sandbox()
    for user_id in (ANN, BORIS, CHLOE):
        story.chat(user_id).locator(".bar .primary").click()
        expect(last(story.chat(user_id))).to_contain_text("25")
    story.picture("start")


def ann_chooses_french_and_takes_her_bonus(story: Story) -> None:
    ann = story.chat(ANN)
    press(ann, "⚙️")
    press(ann, "🌐")
    press(ann, "Français")
    expect(last(ann)).to_contain_text("Français")
    press(ann, "🏠")
    press(ann, "🎁")
    expect(last(ann)).to_contain_text("50")
    story.picture("daily-bonus")


def ann_sends_points_to_boris(story: Story) -> None:
    ann, boris = story.chat(ANN), story.chat(BORIS)
    press(ann, "🏠")
    press(ann, "💸")
    say(ann, "@boris_orlov")
    press(ann, "10")
    expect(ann.locator(".key", has_text="✅")).to_be_visible()
    story.picture("confirm-card")
    press(ann, "✅")
    expect(last(boris)).to_contain_text("10")
    story.picture("points-sent")


def admin_gives_points(story: Story) -> None:
    page = story.page
    story.open_member("Ann Walker")
    page.get_by_role("link", name="Give or take points").click()
    page.fill("[name=change]", "1000")
    page.fill("[name=reason]", "Won the first quiz")
    page.locator("button.th-button").first.click()
    expect(page.get_by_text("1,040").first).to_be_visible()
    story.picture("member")


def ann_buys_vip_with_a_double_tap(story: Story) -> None:
    story.open_sandbox()
    ann = story.chat(ANN)
    say(ann, "/vip")
    press(ann, "500")
    ann.locator(".key", has_text="✅").last.dblclick()
    expect(last(ann)).to_contain_text("540")
    story.picture("vip")
    assert story.count("SELECT count(*) FROM vip_grant") == 1
    press(ann, "🧾")
    expect(last(ann)).to_contain_text("500")
    story.picture("history")


def admin_imports_numbers(story: Story, folder: Path) -> None:
    page = story.page
    good = NUMBERS[: 1000 - len(BAD_LINES)]
    file = folder / "us.csv"
    file.write_text("\n".join(["Number", *good, *BAD_LINES]) + "\n", encoding="utf-8")
    page.goto("/admin/numbers/batch/import/")
    page.fill("[name=name]", "United States")
    page.fill("[name=country]", "US")
    page.set_input_files("[name=file]", file)
    page.locator("[name=rights]").check(force=True)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".th-table").last.locator("tbody tr")).to_have_count(37)
    expect(page.get_by_text("not a number").first).to_be_visible()
    story.picture("import-preview")
    page.get_by_role("button", name=re.compile("Import 963 numbers")).click()
    page.wait_for_url(re.compile("/admin/numbers/batch/"))
    assert story.count("SELECT count(*) FROM numbers_number WHERE state = 'free'") == 963


def chloe_gets_a_code(story: Story) -> None:
    page = story.page
    story.open_sandbox()
    chloe = story.chat(CHLOE)
    press(chloe, "📱")
    press(chloe, "🇺🇸")
    expect(last(chloe)).to_contain_text("+1 2")
    page.click("#sms")
    drawer = page.locator("dialog.drawer")
    drawer.locator(".leased-number").click()
    drawer.locator("[name=text]").fill("Your code is 482913. Do not share it.")
    drawer.get_by_role("button", name="Send SMS").click()
    expect(last(chloe)).to_contain_text("482913")
    expect(chloe.locator(".key", has_text="482913")).to_be_visible()
    drawer.get_by_role("button", name="Close").click()
    story.picture("sandbox")


def admin_grants_vip_to_two(story: Story) -> None:
    page = story.page
    page.goto("/admin/vip/grant/give/")
    page.fill("[name=members]", "@boris_orlov\n@chloe_m")
    page.fill("[name=days]", "7")
    page.fill("[name=reason]", "Helped with the translation")
    page.get_by_role("button", name="Preview").click()
    story.picture("grant-preview")
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/admin/vip/grant/")
    assert story.count("SELECT count(*) FROM vip_grant") == 3
    story.picture("grants")


def everything_is_in_the_audit(story: Story) -> None:
    page = story.page
    page.goto("/admin/accounts/auditentry/")
    for reason in ("Won the first quiz", "Helped with the translation"):
        expect(page.get_by_text(reason).first).to_be_visible()
    for subject in ("Member 1", "us.csv", "2 members"):
        expect(page.get_by_text(subject).first).to_be_visible()
    story.picture("audit")
