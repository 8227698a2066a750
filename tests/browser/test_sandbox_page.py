import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from botrunner.sandbox.cast import ANN, BORIS, CHLOE, DALIA, TALLY_HOUSE
from tests.browser.site import PASSWORD, USERNAME, Site, running_site

pytestmark = pytest.mark.browser

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478"
    "9c63f8cf c0f01f00 05000 1ff a1c9a5210000000049454e44ae426082".replace(" ", "")
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "-m", "tests.browser.echo_bot") as site:
        yield site


@pytest.fixture(scope="module")
def signed_in(site: Site, chromium: Browser) -> dict:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/admin/login/?next=/sandbox/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/sandbox/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_page(site: Site, chromium: Browser, signed_in: dict) -> Iterator[Callable[..., Page]]:
    """Opens the chat page of an empty sandbox; nothing may go wrong in its console."""
    site.control("reset")
    contexts, complaints = [], []

    def open_one(viewport: dict = DESKTOP, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, storage_state=signed_in, **options)
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if line.type == "error" else None
        )
        page.goto(f"{site.url}/sandbox/")
        page.wait_for_selector(".panel")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def chat(page: Page, chat_id: int) -> Locator:
    return page.locator(f"[id='chat{chat_id}']")


def start(page: Page, user_id: int) -> Locator:
    panel = chat(page, user_id)
    panel.locator(".bar .primary").click()
    expect(panel.locator(".key", has_text="Edit")).to_be_visible()
    return panel


def say(panel: Locator, text: str) -> None:
    panel.locator("textarea").fill(text)
    panel.locator("textarea").press("Enter")


def test_members_talk_to_the_bot_side_by_side(open_page):
    page = open_page()

    ann, boris = start(page, ANN), start(page, BORIS)
    say(ann, "only me")

    expect(ann.locator(".in .text").last).to_have_text("You said: only me")
    expect(ann.locator(".quote").last).to_contain_text("only me")
    expect(ann.locator(".in strong").first).to_have_text("Hello")
    expect(boris.locator(".message")).to_have_count(2)


def test_the_newest_stays_in_view_unless_one_reads_above(open_page):
    page = open_page()
    ann = start(page, ANN)
    for number in range(9):
        say(ann, f"line {number}\nof two")
    expect(ann.locator(".in")).to_have_count(10)

    expect(ann.locator(".message").last).to_be_in_viewport(ratio=0.9)
    ann.locator(".message").first.scroll_into_view_if_needed()
    ann.get_by_role("button", name="Picture").click()
    expect(ann.locator(".photo")).to_have_count(1)
    expect(ann.locator(".down b")).to_have_text("1")
    ann.locator(".down").click()

    expect(ann.locator(".photo")).to_be_in_viewport(ratio=0.5)
    expect(ann.locator(".down")).to_be_hidden()


def test_a_button_spins_until_it_is_answered_and_edits_in_place(open_page):
    page = open_page()
    ann = start(page, ANN)

    ann.get_by_role("button", name="Slow").click()
    expect(ann.get_by_role("button", name="Slow")).to_have_attribute("aria-busy", "true")
    expect(ann.locator(".toast")).to_have_text("Finally")
    expect(ann.get_by_role("button", name="Slow")).not_to_have_attribute("aria-busy", "true")
    ann.get_by_role("button", name="Edit").click()

    expect(ann.locator(".in .text")).to_have_text("Changed in place")
    expect(ann.locator(".edited")).to_be_visible()


def test_an_alert_waits_to_be_read_in_its_members_panel_only(open_page):
    page = open_page()
    ann = start(page, ANN)

    ann.get_by_role("button", name="Alert").click()

    expect(page.get_by_role("alertdialog")).to_have_count(1)
    expect(ann.get_by_role("alertdialog")).to_contain_text("Read this")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alertdialog")).to_have_count(0)


def test_a_copy_button_copies(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ann = start(page, ANN)

    ann.get_by_role("button", name="Copy", exact=True).click()

    expect(ann.locator(".toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "+971501234567"


def test_pictures_and_deletes_show_without_reloading(open_page):
    page = open_page()
    ann = start(page, ANN)

    ann.get_by_role("button", name="Picture").click()
    expect(ann.locator(".photo img")).to_be_visible()
    assert (
        ann.locator(".photo img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 10
    )
    ann.get_by_role("button", name="Delete").click()

    expect(ann.locator(".key")).to_have_count(0)
    expect(ann.locator(".photo img")).to_be_visible()


def test_files_go_up_and_come_back(open_page):
    page = open_page()
    ann = start(page, ANN)
    file = {"name": "numbers.csv", "mimeType": "text/csv", "buffer": b"Number\n+971501234567\n"}

    ann.locator("input[type=file]").set_input_files([file])
    ann.locator("textarea").fill("Mine")
    ann.locator(".send").click()
    expect(ann.locator(".in .document")).to_contain_text("numbers.csv")
    with page.expect_download() as download:
        ann.locator(".in .document").click()

    assert download.value.path().read_bytes() == file["buffer"]


def test_a_photo_is_sent_as_a_photo(open_page):
    page = open_page()
    ann = start(page, ANN)

    ann.locator("input[type=file]").set_input_files(
        [{"name": "me.png", "mimeType": "image/png", "buffer": PNG}]
    )
    ann.locator(".send").click()

    expect(ann.locator(".out .photo img")).to_be_visible()
    expect(ann.locator(".in .text").last).to_have_text("A photo came")


def test_a_link_to_the_bot_starts_it_in_ones_own_chat(open_page):
    page = open_page()
    group = chat(page, TALLY_HOUSE)
    say(group, "/start")

    group.get_by_role("link", name="Invite").click()

    expect(chat(page, ANN).locator(".out .text")).to_have_text("/start ref_abc")
    expect(chat(page, ANN).locator(".in .text")).to_contain_text("[ref_abc]")


def test_start_takes_a_parameter(open_page):
    page = open_page()
    ann = chat(page, ANN)

    ann.locator(".bar input").fill("ref_xyz")
    ann.locator(".bar .primary").click()

    expect(ann.locator(".in .text")).to_contain_text("[ref_xyz]")


def test_commands_are_offered_in_the_members_language(open_page):
    page = open_page()
    chloe = start(page, CHLOE)

    chloe.locator("textarea").press_sequentially("/")
    expect(chloe.get_by_role("option")).to_contain_text(["Commencer"])
    chloe.locator("textarea").press("Enter")

    expect(chloe.locator(".out")).to_have_count(2)


def test_one_chooses_who_speaks_in_the_group(open_page):
    page = open_page()
    group = chat(page, TALLY_HOUSE)

    say(group, "I am Ann")
    expect(group.locator(".out .text")).to_have_text("I am Ann")
    group.locator(".speaker").click()
    page.get_by_role("menuitem", name="Борис").click()
    say(group, "I am Boris")

    expect(group.locator(".out .text")).to_have_text("I am Boris")
    expect(group.locator(".in .sender").first).to_have_text("Ann Walker")


def test_reactions_replies_and_edits_of_ones_own(open_page):
    page = open_page()
    ann = start(page, ANN)
    say(ann, "first")

    ann.locator(".out", has_text="first").click(button="right")
    page.locator(".react-row button").first.click()
    expect(ann.locator(".reaction")).to_have_text("👍1")
    ann.locator(".out", has_text="first").click(button="right")
    page.get_by_role("menuitem", name="Edit").click()
    say(ann, "second")

    expect(ann.locator(".out .text").last).to_have_text("second")


def test_what_happens_elsewhere_shows_by_itself_with_an_unread_dot(open_page):
    page, other = open_page(), open_page()
    start(other, ANN)
    expect(chat(page, ANN).locator(".message")).to_have_count(2)
    page.locator(f"#tab{ANN}").click()

    say(chat(other, ANN), "unseen")

    expect(page.locator(f"#tab{ANN} .dot")).to_have_text("1")
    page.locator(f"#tab{ANN}").click()
    expect(page.locator(f"#tab{ANN} .dot")).to_be_hidden()
    expect(chat(page, ANN).locator(".in .text").last).to_be_in_viewport()


def test_a_blocked_bot_can_be_unblocked(open_page):
    page = open_page()
    ann = start(page, ANN)

    ann.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("menuitem", name="Block the bot").click()
    ann.get_by_role("button", name="Unblock the bot").click()
    say(ann, "back")

    expect(ann.locator(".in .text").last).to_have_text("You said: back")


def test_a_hostile_name_is_only_text(open_page):
    page = open_page()
    name = "<img src=x onerror=alert(1)>{{ 7*7 }}\u202e" + "x" * 3000

    page.get_by_role("button", name="New member").click()
    form = page.locator("dialog[open]")
    form.locator("[name=first_name]").fill(name)
    form.get_by_role("button", name="Add").click()
    added = page.locator(".panel", has_text="{{ 7*7 }}").last
    added.locator(".bar .primary").click()

    expect(added.locator(".in .text")).to_contain_text("<img src=x onerror=alert(1)>{{ 7*7 }}")
    expect(chat(page, TALLY_HOUSE).locator(".service")).to_contain_text("joined the group")
    assert page.locator("img[src=x]").count() == 0
    assert added.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_one_chat_at_a_time(open_page, scheme):
    page = open_page(PHONE, has_touch=True, is_mobile=True, color_scheme=scheme)

    page.locator(f"#tab{DALIA}").click()
    dalia = start(page, DALIA)

    expect(page.locator(".panel:visible")).to_have_count(1)
    expect(dalia).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for key in dalia.locator(".key").all():
        assert key.bounding_box()["height"] >= 44
    # Right to left: what she writes stands on the left.
    own, bots = (dalia.locator(f".{side} .bubble").first.bounding_box() for side in ("out", "in"))
    assert own["x"] < bots["x"]


LEFT_OF = """(text, part) => {
    const words = text.firstChild, range = document.createRange();
    const start = words.data.indexOf(part);
    range.setStart(words, start);
    range.setEnd(words, start + part.length);
    return range.getBoundingClientRect().left;
}"""


@pytest.mark.parametrize(
    ("user_id", "line", "from_left_to_right"),
    [
        (ANN, "💸 \u2068داليا\u2069 sent you 5", ["💸", "داليا", "sent", "5"]),
        (DALIA, "رصيدك: 100 ← 75", ["75", "←", "100", "رصيدك"]),
        (DALIA, "\u2066+25\u2069 إلى \u2068Ann (1)\u2069!", ["!", "Ann", "(1)", "إلى", "+", "25"]),
        (DALIA, "نسخ \u2066+971 50 123\u2069", ["+", "971", "50", "123", "نسخ"]),
    ],
)
def test_a_line_has_the_direction_of_its_own_words(open_page, user_id, line, from_left_to_right):
    page = open_page(PHONE)
    page.locator(f"#tab{user_id}").click()
    panel = start(page, user_id)

    say(panel, line)

    text = panel.locator(".out .text").last
    expect(text).to_have_text(line)
    places = [text.evaluate(LEFT_OF, part) for part in from_left_to_right]
    assert places == sorted(places)


def test_the_theme_is_remembered(open_page):
    page = open_page(color_scheme="light")

    page.get_by_role("button", name="Light or dark").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_reset_asks_first_and_empties_every_page(open_page):
    page, other = open_page(), open_page()
    start(page, ANN)

    page.get_by_role("button", name="Reset the sandbox").click()
    page.get_by_role("button", name="Cancel").click()
    expect(chat(page, ANN).locator(".message")).to_have_count(2)
    page.get_by_role("button", name="Reset the sandbox").click()
    page.locator("dialog[open]").get_by_role("button", name="Reset").click()

    expect(chat(page, ANN).locator(".message")).to_have_count(0)
    expect(chat(other, ANN).locator(".message")).to_have_count(0)


def test_an_sms_goes_through_our_signed_webhook(open_page):
    page = open_page()

    page.get_by_role("button", name="Send an SMS").click()
    drawer = page.locator(".drawer")
    expect(drawer).to_contain_text("No number is leased")
    drawer.locator("[name=to]").fill("+971501234567")
    drawer.get_by_role("button", name="Send SMS").click()

    expect(drawer.locator(".toast")).to_have_text(re.compile("Delivered to"))
