from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from accounts.services import SYSTEM, delete_member
from botrunner.notices import NOTICES
from botrunner.outbox import make_call
from points.exports import export_member
from points.models import Entry, PointsSettings, Search
from points.selectors import balance_of
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db

COOLDOWN = timedelta(seconds=300)


@pytest.fixture
def phone():
    phone = Phone(make_member())
    phone.now = timezone.now()
    return phone


def test_a_search_finds_points(phone):
    text = phone.say("/search")

    found = Entry.objects.get()
    assert found.kind == "search" and 5 <= found.amount <= 10
    assert f"{found.amount} points" in text and "in 5\xa0min" in text


def test_the_menu_searches_and_a_double_tap_finds_once(phone):
    phone.say("/start")
    data = phone.data_of("Search")

    phone.press_data(data)
    text = phone.press_data(data)

    assert "searched already" in text
    assert Entry.objects.count() == 1


def test_a_repeated_update_finds_once(phone):
    update = {"message_id": 1, "date": 0, "chat": phone.chat, "text": "/search"}
    update = {"message": {**update, "from": phone.user}}

    first, second = (phone.receive(update, update_id=99_000_001) for _ in range(2))

    assert first == second
    assert Entry.objects.count() == 1


def test_vip_finds_twice_as_much_and_waits_half_as_long(phone):
    member = phone.member
    Membership.objects.create(member=member, vip_until=phone.now + timedelta(days=1))

    text = phone.say("/search")

    assert 10 <= balance_of(member.pk) <= 20
    assert Search.objects.get().ready_at == phone.now + COOLDOWN / 2
    assert "VIP finds" not in text


def test_the_bell_is_switched_on_and_off(phone):
    phone.say("/search")

    assert "I will tell you" in phone.press("Remind me")
    assert "I will tell you" not in phone.press("Do not remind me")
    assert not Search.objects.get().is_reminded


def test_a_bell_pressed_too_late_offers_a_search(phone):
    phone.say("/search")
    phone.now += COOLDOWN

    assert "again now" in phone.press("Remind me")
    assert "🔍 Search" in phone.buttons
    assert not OutboxMessage.objects.exists()


def reminder(phone) -> OutboxMessage:
    phone.say("/search")
    phone.press("Remind me")
    return OutboxMessage.objects.select_related("member").get()


def test_the_reminder_leads_to_a_search(phone):
    reply = NOTICES["points.search_ready"](reminder(phone))

    assert "search again" in reply.text
    assert reply.keyboard[0][0].route == "search"


def test_a_reminder_taken_back_is_dropped(phone):
    message = reminder(phone)
    phone.press("Do not remind me")

    assert NOTICES["points.search_ready"](message) is None


@pytest.mark.parametrize(
    "fields",
    [{"frozen_at": timezone.now()}, {"banned_at": timezone.now()}, {"reachability": "blocked"}],
)
def test_who_is_frozen_banned_or_away_is_not_reminded(phone, fields):
    message = reminder(phone)
    Member.objects.update(**fields)
    OutboxMessage.objects.update(state="sending")
    message = OutboxMessage.objects.select_related("member").get()

    assert make_call(message) is None
    assert OutboxMessage.objects.get().state == "dropped"


def test_a_frozen_member_is_told_so(phone):
    Member.objects.update(frozen_at=phone.now)

    assert "frozen" in phone.say("/search")
    assert not Entry.objects.exists()


def test_a_group_sees_the_find_without_buttons(phone):
    group = phone.in_group()

    assert "found" in group.say("/search")
    assert "searched already" in group.say("/search")
    assert group.buttons == []


def test_searching_needs_few_queries(phone):
    # One search in twenty-five finds an item, which is written too.
    PointsSettings.objects.create(search_item_percent=0)
    phone.say("/search")
    phone.now += COOLDOWN

    with at_most(10):
        phone.say("/search")
    with at_most(5):
        phone.say("/search")


def test_searches_are_exported_and_erased(phone):
    phone.say("/search")
    member = phone.member
    assert export_member(member.pk)["search"]["count"] == 1

    delete_member(member_id=member.pk, actor=SYSTEM, now=phone.now)

    assert not Search.objects.exists()
