"""Arabic is read from right to left: what is read from left to right inside it stays whole.

The rules are those of Unicode's bidirectional algorithm (UAX #9): a line has the direction of
its first strong character outside isolates, and a sign beside a digit or a Latin word moves to
the other side of it unless both stand in an isolate of their own.
"""

import re
import unicodedata
from html import unescape

import pytest
from django.utils import timezone, translation

from botrunner.texts import format_number, format_signed, format_words, keep_ltr, line_start
from numbers.models import Lease
from points.services import transfer
from project.catalogues import files
from tests.botrunner.test_every_screen import make_world
from tests.factories import make_member
from tests.phone import Phone

pytestmark = pytest.mark.django_db

LRI, FSI, RLI, PDI, RLM = "\u2066", "\u2068", "\u2067", "\u2069", "\u200f"
LRM = "\u200e"
# What turns round when it stands bare between Arabic words.
FRAGILE = re.compile(r"[+\-−]\s?\d|\d\s?[-−+]|(?<![A-Za-z])/[A-Za-z]|@\w|→")
COMMANDS = (
    *(
        "/start",
        "/points",
        "/daily",
        "/daily",
        "/search",
        "/search",
        "/send",
        "/history",
        "/top",
        "/invites",
    ),
    *(
        "/level",
        "/vip",
        "/addvip",
        "/countries",
        "/videos",
        "/status",
        "/settings",
        "/help",
        "/link",
        "/enable",
    ),
    *("/addpoints", "/send 5", "/send @nobody_at_all 5", "/vip x", "/unknown", "/addvip all 1"),
)


def outside_isolates(line: str) -> str:
    depth, kept = 0, []
    for char in line:
        if char in (LRI, FSI, RLI):
            depth += 1
        elif char == PDI:
            depth -= 1
            kept.append(" \ufffc ")
        elif depth == 0:
            kept.append(char)
    assert depth == 0, line
    return "".join(kept)


def direction_of(line: str) -> str:
    classes = (unicodedata.bidirectional(char) for char in outside_isolates(line))
    return next(("rtl" if one in ("R", "AL") else "ltr" for one in classes if one in "R AL L"), "")


def lines_of(html: str) -> list[str]:
    """The bot's own lines: not the texts of others, quoted whole, and not addresses."""
    own = re.sub(r"<blockquote>.*?</blockquote>", "", html, flags=re.S)
    lines = [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in own.splitlines()]
    return [line for line in lines if line and not line.startswith("https://")]


def faults_of(phone: Phone) -> list[str]:
    texts = [
        call["params"].get("text") or call["params"].get("caption", "") for call in phone.calls
    ]
    lines = [line for text in texts for line in lines_of(text)]
    turned = [f"from left to right: {line!r}" for line in lines if direction_of(line) != "rtl"]
    rows = phone.screen.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [button["text"] for row in rows for button in row]
    bare = [
        f"bare sign: {text!r}" for text in lines + labels if FRAGILE.search(outside_isolates(text))
    ]
    return turned + bare


@pytest.fixture
def phone() -> Phone:
    phone = make_world("ar")
    phone.say("/start")
    return phone


@pytest.mark.parametrize("command", COMMANDS)
def test_every_line_runs_from_right_to_left_and_no_sign_stands_bare(phone, command):
    phone.say(command)

    assert phone.calls
    assert faults_of(phone) == []


def test_no_translation_turns_a_line_or_leaves_a_sign_bare():
    translations, _fuzzy = files.read("ar")
    forms = [re.sub(r"%\(\w+\)[sd]", "", form) for found in translations.values() for form in found]
    lines = [line for form in forms for line in lines_of(form)]

    assert len(lines) > 250
    assert [line for line in lines if direction_of(line) == "ltr"] == []
    assert [line for line in lines if FRAGILE.search(outside_isolates(line))] == []


def test_a_held_number_is_whole_in_text_and_buttons(phone):
    phone.say("/countries")
    while not Lease.objects.exists():
        labels = [text for text in phone.buttons if "·" in text or "تأكيد" in text]
        phone.press(labels[-1])
        assert faults_of(phone) == []

    phone.say("/status")

    assert faults_of(phone) == []
    assert any(re.search(rf"{LRI}\+[\d ]+{PDI}", label) for label in phone.buttons)
    assert re.search(rf"{LRI}\+[\d ]+{PDI}", lines_of(phone.text)[1])


def test_a_phone_number_alone_on_a_button_is_not_turned():
    with translation.override("ar"):
        assert keep_ltr("+971 50 123 4567") == f"{LRI}+971 50 123 4567{PDI}"
    with translation.override("en"):
        assert keep_ltr("+971 50 123 4567") == "+971 50 123 4567"


def test_the_balance_before_and_after_is_read_from_right_to_left(phone):
    friend = make_member(first_name="Bob", username="bob_the_friend")

    phone.say(f"/send @{friend.username} 50 +5 for you!")

    assert faults_of(phone) == []
    balance = phone.member.wallet.balance
    assert f"{balance:,} ← {balance - 50:,}" in phone.text
    assert f"{FSI}Bob{PDI}" in phone.text
    assert f"{FSI}+5 for you!{PDI}" in phone.text


def test_a_note_of_others_keeps_its_own_direction_in_the_history(phone):
    friend = make_member(points=100)
    transfer(
        sender_id=friend.pk,
        receiver_id=phone.member.pk,
        amount=7,
        key="note",
        now=timezone.now(),
        note="(50%) off!",
    )

    phone.say("/history")

    assert f"{FSI}(50%) off!{PDI}" in phone.text
    assert f"{LRI}+7{PDI}" in phone.text


@pytest.mark.parametrize(("value", "shown"), [(1500, "+1,500"), (-1500, "−1,500")])
def test_a_sign_stands_before_its_digits(value, shown):
    with translation.override("ar"):
        assert format_signed(value) == f"{LRI}{shown}{PDI}"
        assert format_number(0) == "0"


def test_foreign_words_cannot_leave_their_isolate():
    assert format_words("a\u2069\u202e\nb") == f"{FSI}a b{PDI}"


def test_a_line_of_names_goes_the_way_of_the_language():
    """Else a foreign name turns its line of a list to the other side."""
    with translation.override("ar"):
        assert line_start() == RLM
    with translation.override("fr"):
        assert line_start() == LRM


@pytest.mark.parametrize(
    ("line", "direction"),
    [("👑 VIP حتى", "ltr"), (f"{LRI}/send{PDI} · إرسال", "rtl"), ("✅ 10 · 20", "")],
)
def test_the_measure_itself_tells_directions_apart(line, direction):
    assert direction_of(line) == direction
