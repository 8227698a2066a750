from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Member
from points.models import Game, PlayLimits, Seat
from points.services import limit_losses, own_limits_of, pause_games
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    phone = Phone(make_member(points=500))
    phone.now = timezone.now().replace(microsecond=0)
    return phone


def limits_of(phone):
    return own_limits_of(phone.member.pk, phone.now)


def test_the_hub_leads_to_the_limits_and_shows_them_once_set(phone):
    assert "🛡" not in phone.say("/games")
    assert "no limit" in phone.press("Limits")
    assert "lose <b>500 points</b>" in phone.press("500")
    assert "• 500 •" in phone.buttons
    assert "You can still lose 500 of 500 points" in phone.press("Back")


def test_a_group_does_not_read_what_a_member_allows_himself(phone):
    phone.say("/limits")
    phone.press("500")
    group = phone.in_group()

    assert "🛡" not in group.say("/games")
    assert "lose" not in group.say("/limits")


def test_a_limit_is_typed_and_a_bad_one_can_be_typed_again(phone):
    phone.say("/limits")
    phone.press("Other amount")
    for wrong in ("1e3", "-5", "٥", "1.5", str(2**63), "0", "abc", ""):
        phone.say(wrong)
        assert limits_of(phone).loss_max is None
    phone.say("250")

    assert limits_of(phone).loss_max == 250
    assert "• 250 •" in phone.buttons


def test_lifting_a_limit_tells_when_and_the_present_one_calls_it_off(phone):
    phone.say("/limits")
    phone.press("100")
    text = phone.press("No limit")
    assert "⏳" in text and "lose <b>100 points</b>" in text

    assert "⏳" not in phone.press("• 100 •")
    assert limits_of(phone).changes_at is None


def test_a_stake_above_the_limit_is_refused_with_a_way_to_the_limits(phone):
    limit_losses(member_id=phone.member.pk, most=20, now=phone.now)
    phone.say("/slots 50")

    assert "20 points" in phone.press("Spin")
    assert "🛡 Limits" in phone.buttons
    assert not Game.objects.exists()


def test_who_lost_all_that_he_allows_himself_is_told_so(phone):
    phone.say("/roulette 20 0")
    while Seat.objects.filter(outcome="loss").count() == 0:
        phone.press("🟢 0 for")
    limit_losses(member_id=phone.member.pk, most=20, now=phone.now)

    phone.say("/slots 1")

    assert "that is reached" in phone.press("Spin")


def test_a_break_is_confirmed_and_holds(phone):
    phone.say("/slots 10")
    card = phone.data_of("Spin")
    phone.say("/limits")
    phone.press("Take a break")
    assert "cannot be undone" in phone.press("7 days")
    assert not PlayLimits.objects.exists()

    assert "⏸" in phone.press("Confirm")
    assert limits_of(phone).paused_until == phone.now + timedelta(days=7)
    assert "switched games off" in phone.press_data(card)
    assert "⏸" in phone.say("/games")


def test_only_longer_breaks_are_offered(phone):
    pause_games(member_id=phone.member.pk, until=phone.now + timedelta(days=8))
    phone.say("/limits")

    assert "longer" in phone.press("Take a break")
    assert "7 days" not in phone.buttons and "30 days" in phone.buttons


def test_confirming_twice_is_one_break(phone):
    phone.say("/limits")
    phone.press("Take a break")
    phone.press("1 day")
    data = phone.data_of("Confirm")
    first = phone.press_data(data)
    phone.now += timedelta(minutes=5)

    assert phone.press_data(data) == first


def test_an_old_card_makes_no_break_that_is_over(phone):
    phone.say("/limits")
    phone.press("Take a break")
    phone.press("1 day")
    phone.now += timedelta(days=2)

    assert "⏸" not in phone.press("Confirm")


def test_a_frozen_member_may_set_limits(phone):
    Member.objects.update(frozen_at=phone.now)
    phone.say("/limits")
    phone.press("100")

    assert limits_of(phone).loss_max == 100


def test_the_limits_need_few_queries(phone):
    phone.say("/limits")

    with at_most(7):
        phone.say("/limits")
    with at_most(12):
        phone.press("500")
