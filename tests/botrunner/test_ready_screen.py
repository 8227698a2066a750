"""/ready and the reminder of the daily bonus, on /daily too."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from botrunner.notices import NOTICES
from botrunner.outbox import make_call
from points.models import DailyBonus, Multiplier, PlayLimits, PointsSettings
from tests.factories import give_item, make_member
from tests.phone import Phone
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db

DAY, HALF_DAY = timedelta(hours=24), timedelta(hours=12)


@pytest.fixture
def phone():
    phone = Phone(make_member(points=100))
    phone.now = timezone.now()
    return phone


def test_all_is_ready_at_first(phone):
    text = phone.say("/ready")

    assert "✅ Daily bonus: <b>25 points</b>, day 1" in text and "✅ You can search" in text
    assert "⏳" not in text
    assert phone.buttons == ["🎁 Daily bonus", "🔍 Search", "🔄 Refresh", "🏠 Menu"]


def test_the_menu_leads_to_what_is_ready(phone):
    phone.say("/start")

    assert "What is ready" in phone.press("What is ready")


def test_what_was_done_shows_its_time_left_below_what_is_ready(phone):
    give_item(phone.member, "jackpot", 3)
    phone.say("/daily")
    phone.now += timedelta(hours=1)

    text = phone.say("/ready")

    assert "⏳ Daily bonus in <b>23\xa0h</b>: 30 points, day 2" in text
    assert text.index("✅ You can search") < text.index("⏳")
    assert "Jackpots to open: <b>3</b>" in text
    assert phone.buttons[:3] == ["🔍 Search", "🎒 Bag", "🔔 Remind me of the bonus"]


def test_what_is_ready_is_done_by_its_button(phone):
    phone.say("/ready")

    assert "day 1 of your streak" in phone.press("Daily bonus")


def test_vip_waits_half_as_long(phone):
    Membership.objects.create(member=phone.member, vip_until=phone.now + DAY)
    phone.say("/daily")
    phone.say("/search")

    text = phone.say("/ready")

    assert "<b>12\xa0h</b>" in text and "Search in <b>3\xa0min</b>" in text


def test_facts_that_wait_for_nothing_stand_last(phone):
    make_member(username="boris")
    phone.say("/send @boris 40")
    phone.press("Confirm")
    Multiplier.objects.create(member=phone.member, factor=3, games_left=1, activated_at=phone.now)
    PlayLimits.objects.create(member=phone.member, paused_until=phone.now + DAY)

    text = phone.say("/ready")

    assert "Left to send in 24 hours: 9,960 points" in text
    assert "×3 on what you win in your next game" in text and "Games are off until" in text


def test_a_new_member_sees_when_he_can_send(phone):
    PointsSettings.objects.create(transfer_min_age_hours=5)

    text = phone.say("/ready")

    assert "You can send points in <b>5\xa0h</b>" in text and "Left to send" not in text


def test_the_bells_are_switched_on_and_off(phone):
    phone.say("/daily")
    phone.say("/search")
    phone.say("/ready")

    for what in ("bonus", "search"):
        assert "🔔" in phone.press(f"Remind me of the {what}")
        assert "🔔" not in phone.press(f"No reminder of the {what}")
    assert OutboxMessage.objects.count() == 2


def test_a_bell_pressed_too_late_shows_what_is_ready(phone):
    phone.say("/daily")
    phone.say("/ready")
    phone.now += DAY

    assert "✅ Daily bonus" in phone.press("Remind me of the bonus")
    assert not OutboxMessage.objects.exists()


def test_a_frozen_member_sees_so_and_asks_for_no_reminder(phone):
    phone.say("/daily")
    phone.say("/ready")
    bell = phone.data_of("Remind me")
    Member.objects.update(frozen_at=phone.now)

    text = phone.say("/ready")
    assert "frozen" in text and "Daily bonus in" in text
    assert "You can search" not in text and "Left to send" not in text
    assert phone.buttons == ["🔄 Refresh", "🏠 Menu"]
    assert "frozen" in phone.press_data(bell)
    assert not OutboxMessage.objects.exists()


def test_the_panel_needs_few_queries(phone):
    phone.say("/daily")
    phone.say("/search")

    with at_most(10):
        phone.say("/ready")


def test_daily_offers_the_bell(phone):
    phone.say("/daily")

    assert "I will tell you" in phone.press("Remind me")
    assert "I will tell you" in phone.say("/daily")
    assert "I will tell you" not in phone.press("Do not remind me")


def test_a_bell_of_daily_pressed_too_late_offers_the_bonus(phone):
    phone.say("/daily")
    phone.now += DAY

    assert "is ready" in phone.press("Remind me")
    assert "🎁 Daily bonus" in phone.buttons


def reminder(phone, passed=DAY) -> OutboxMessage:
    """Asked for after a claim so long ago."""
    phone.now -= passed
    phone.say("/daily")
    phone.press("Remind me")
    phone.now += passed
    return OutboxMessage.objects.select_related("member").get()


def test_the_reminder_leads_to_the_bonus(phone):
    reply = NOTICES["points.daily_ready"](reminder(phone))

    assert "is ready" in reply.text
    assert reply.keyboard[0][0].route == "daily"


def test_a_reminder_is_dropped_when_the_bonus_was_collected_meanwhile(phone):
    message = reminder(phone)
    phone.say("/daily")

    assert NOTICES["points.daily_ready"](message) is None


def test_a_reminder_taken_back_is_dropped(phone):
    message = reminder(phone)
    DailyBonus.objects.update(is_reminded=False)

    assert NOTICES["points.daily_ready"](message) is None


def test_a_reminder_is_put_off_once_when_vip_ends_in_the_wait(phone):
    message = reminder(phone, HALF_DAY)

    told = [NOTICES["points.daily_ready"](message) for _ in range(2)]

    assert told == [None, None]
    later = OutboxMessage.objects.exclude(pk=message.pk).get()
    assert later.due_at == DailyBonus.objects.get().claimed_at + DAY


@pytest.mark.parametrize(
    "fields",
    [{"frozen_at": timezone.now()}, {"banned_at": timezone.now()}, {"reachability": "blocked"}],
)
def test_who_is_frozen_banned_or_away_is_not_reminded(phone, fields):
    reminder(phone)
    Member.objects.update(**fields)
    OutboxMessage.objects.update(state="sending")

    assert make_call(OutboxMessage.objects.select_related("member").get()) is None
    assert OutboxMessage.objects.get().state == "dropped"
