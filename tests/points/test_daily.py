from datetime import timedelta

import pytest

from points.errors import TooEarly, WalletFrozen
from points.models import PointsSettings
from points.selectors import balance_of
from points.services import claim_daily
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

DAY, HALF_DAY, SECOND = timedelta(hours=24), timedelta(hours=12), timedelta(seconds=1)


def claim(member, now=NOW, interval=DAY):
    return claim_daily(member_id=member.pk, interval=interval, now=now)


def test_the_ladder_is_climbed_and_its_last_step_stays():
    ann = make_member()

    amounts = [claim(ann, NOW + day * DAY).amount for day in range(9)]

    assert amounts == [25, 30, 35, 40, 50, 60, 100, 100, 100]
    assert balance_of(ann.pk) == sum(amounts)


def test_a_claim_tells_what_comes_next():
    claimed = claim(make_member())

    assert (claimed.amount, claimed.streak, claimed.next_amount) == (25, 1, 30)
    assert claimed.ready_at == NOW + DAY


@pytest.mark.parametrize(
    ("interval", "wait"), [(DAY, DAY - SECOND), (HALF_DAY, HALF_DAY - SECOND), (DAY, 0 * DAY)]
)
def test_a_second_claim_is_too_early(state, interval, wait):
    ann = make_member()
    claim(ann)
    before = state()

    with pytest.raises(TooEarly) as caught:
        claim(ann, NOW + wait, interval)

    assert caught.value.params["ready_at"] == NOW + interval
    assert caught.value.params["amount"] == 30
    assert state() == before


def test_a_shorter_interval_lets_claim_earlier():
    ann = make_member()
    claim(ann)

    assert claim(ann, NOW + HALF_DAY, HALF_DAY).streak == 2


@pytest.mark.parametrize(("gap", "streak"), [(2 * DAY, 2), (2 * DAY + SECOND, 1)])
def test_a_gap_over_48_hours_starts_the_ladder_again(gap, streak):
    ann = make_member()
    claim(ann)

    assert claim(ann, NOW + gap).streak == streak


@pytest.mark.parametrize("jump", [SECOND, DAY, 3 * DAY, 400 * DAY])
def test_a_clock_that_jumps_back_gives_no_second_bonus(state, jump):
    ann = make_member()
    claim(ann)
    before = state()

    with pytest.raises(TooEarly):
        claim(ann, NOW - jump)

    assert state() == before


def test_a_clock_that_jumps_ahead_and_back_gives_one_bonus_for_the_jump(state):
    ann = make_member()
    claim(ann)
    claim(ann, NOW + DAY)
    before = state()

    for moment in (NOW + SECOND, NOW, NOW + DAY + SECOND):
        with pytest.raises(TooEarly):
            claim(ann, moment)

    assert state() == before


def test_a_frozen_member_claims_nothing(state):
    ann = make_member(frozen_at=NOW)
    before = state()

    with pytest.raises(WalletFrozen):
        claim(ann)

    assert state() == before


def test_the_ladder_is_the_owners():
    PointsSettings.objects.create(daily_ladder=[7])

    assert claim(make_member()).amount == 7
