"""Walks through every button that can be reached from the menu, as hostile a member as can be."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils import timezone

from botrunner.models import Prompt
from botrunner.router import BUTTONS
from points.services import claim_daily, give_vouch, transfer
from tests.factories import give_item, make_member
from tests.factories.numbers import make_pool
from tests.factories.staff import make_staff_user
from tests.factories.vouches import make_photo, make_provider
from tests.phone import Phone
from tests.vip.films import publish
from vip.models import Membership

pytestmark = pytest.mark.django_db

HOSTILE = "<b>\u202e{{ member }}&amp;%(name)s\u2069 \n"
PRESSES_MAX = 400
TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
# It ends the walk, and has tests of its own.
LEFT_OUT = {"data.delete.now"}


class Balance(HTMLParser):
    """Telegram refuses a message whose tags are unknown or not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, f"<{tag}>"
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}>"


def check_text(text: str) -> None:
    balance = Balance()
    balance.feed(text)
    balance.close()
    assert balance.open == []
    assert 0 < len(text) <= 4096
    assert "\u202e" not in text
    assert sum(map(text.count, "\u2066\u2067\u2068")) == text.count("\u2069")
    assert "%(" not in text.replace("%(name)s", "") and "None" not in text


def check_buttons(phone: Phone, pressed: str) -> None:
    rows = phone.screen["reply_markup"]["inline_keyboard"]
    for button in (button for row in rows for button in row):
        assert 0 < len(button["text"]) <= 64, button["text"]
        assert "\u202e" not in button["text"]
    routes = {data.partition(":")[0] for _text, data in phone._buttons()}
    assert "home" in routes or pressed.startswith("home:"), pressed


def make_world(language: str) -> Phone:
    now = timezone.now()
    rich = make_member(first_name=HOSTILE, last_name="a" * 250, points=99_999, invited_count=4)
    member = make_member(
        first_name=HOSTILE,
        last_name="z" * 250,
        points=20_000,
        language=language,
        timezone="Asia/Dubai",
        invited_count=2,
        staff_user=make_staff_user(is_superuser=True, first_name=HOSTILE),
    )
    Membership.objects.create(member=member, vip_until=now + timedelta(days=3))
    transfer(sender_id=rich.pk, receiver_id=member.pk, amount=5, key="gift", now=now, note=HOSTILE)
    for someone, author in ((rich, member), (member, rich)):
        provider = make_provider(someone, headline=HOSTILE)
        give_vouch(provider_id=provider.pk, author_id=author.pk, photo=make_photo(), now=now)
    claim_daily(member_id=member.pk, interval=timedelta(hours=12), now=now)
    for kind in ("jackpot", "multiplier_x2", "multiplier_x3"):
        give_item(member, kind, 3)
    make_pool(name=HOSTILE[:80], free=5, price=10)
    make_pool(name="Emirates", country="AE", free=2)
    for number in range(3):
        publish(f"{HOSTILE} #{number}tag")
    return Phone(member)


def shape_of(data: str) -> str:
    """A route with its first argument: pages and plans apart, operation ids not."""
    return ":".join(data.split(":")[:-1][:2])


@pytest.mark.slow
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_screen_stands_and_leads_home(language):
    phone = make_world(language)
    check_text(phone.say("/start"))
    seen: set[str] = set()
    waiting = [data for _text, data in phone._buttons() if data]
    for _ in range(PRESSES_MAX):
        waiting = [data for data in waiting if shape_of(data) not in seen]
        waiting = [data for data in waiting if data.split(":")[0] not in LEFT_OUT]
        if not waiting:
            break
        data = waiting.pop()
        seen.add(shape_of(data))
        phone.press_data(data)
        assert phone.calls, data
        if phone.calls[0]["method"] in ("editMessageText", "sendPhoto", "sendVideo"):
            check_text(phone.text)
            check_buttons(phone, data)
            waiting += [data for _text, data in phone._buttons() if data]
    assert not waiting, "the walk did not come to its end"
    assert {shape.split(":")[0] for shape in seen} >= {
        *(
            "history",
            "top",
            "bag.use",
            "ready.remind",
            "tz.region",
            "invites",
            "vip.buy",
            "vouches.void",
            "numbers.take",
            "videos.again",
            "videos.report.go",
            "lease.release",
        )
    }


@pytest.mark.parametrize("data", sorted(BUTTONS))
def test_a_button_without_its_values_is_no_way_in(data):
    """Nobody can make one, for it is sealed."""
    phone = make_world("en")
    phone.say("/start")

    text = phone.press_data(f"{data}:AAAAAAAAAA")

    assert "somebody else" in text
    assert not Prompt.objects.exists()
