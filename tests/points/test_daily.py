from datetime import timedelta

import pytest

from accounts.models import OutboxMessage
from points.errors import TooEarly, WalletFrozen
from points.models import DailyBonus, PointsSettings, default_ladder
from points.selectors import balance_of, daily_standing, find_reminded_claim, mark_of
from points.services import claim_daily, set_daily_reminder
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


def mark(member):
    return mark_of(DailyBonus.objects.get(pk=member.pk))


def remind(member, *, is_on=True, after=None, now=NOW, interval=DAY):
    set_daily_reminder(
        member_id=member.pk,
        mark=mark(member) if after is None else after,
        is_on=is_on,
        interval=interval,
        now=now,
    )


@pytest.mark.parametrize("interval", [DAY, HALF_DAY])
def test_a_reminder_is_queued_once_for_the_end_of_the_wait(interval):
    ann = make_member()
    claim(ann)

    for is_on in (True, True, False, True):
        remind(ann, is_on=is_on, interval=interval)

    message = OutboxMessage.objects.get()
    assert (message.kind, message.due_at) == ("points.daily_ready", NOW + interval)
    assert find_reminded_claim(ann.pk, message.params["mark"])


def test_a_reminder_that_vip_would_move_is_told_once():
    ann = make_member()
    claim(ann)
    remind(ann, interval=HALF_DAY)
    remind(ann, is_on=False)

    remind(ann, interval=DAY)

    assert OutboxMessage.objects.get().due_at == NOW + HALF_DAY


def test_a_reminder_taken_back_is_not_due():
    ann = make_member()
    claim(ann)
    remind(ann)

    remind(ann, is_on=False)

    assert find_reminded_claim(ann.pk, mark(ann)) is None


def test_the_next_claim_forgets_the_reminder():
    ann = make_member()
    claim(ann)
    remind(ann)
    first = mark(ann)

    claim(ann, NOW + DAY)

    assert find_reminded_claim(ann.pk, first) is None
    assert find_reminded_claim(ann.pk, mark(ann)) is None


@pytest.mark.parametrize(("after", "now"), [(5, NOW), (None, NOW + DAY)])
def test_a_reminder_of_another_or_a_past_wait_changes_nothing(state, after, now):
    ann = make_member()
    claim(ann)
    before = state()

    remind(ann, after=after, now=now)

    assert state() == before


def test_who_never_claimed_is_not_reminded(state):
    ann = make_member()
    before = state()

    remind(ann, after=0)

    assert state() == before


def test_a_frozen_member_is_not_reminded(state):
    ann = make_member()
    claim(ann)
    ann.frozen_at = NOW
    ann.save()
    before = state()

    with pytest.raises(WalletFrozen):
        remind(ann)

    assert state() == before


@pytest.mark.parametrize(
    ("passed", "amount", "day", "is_ready"),
    [
        (SECOND, 30, 2, False),
        (DAY - SECOND, 30, 2, False),
        (DAY, 30, 2, True),
        (2 * DAY, 30, 2, True),
        (2 * DAY + SECOND, 25, 1, True),
        (-DAY, 30, 2, False),
    ],
)
def test_where_a_member_stands_is_what_a_claim_does(passed, amount, day, is_ready):
    ann = make_member()
    claim(ann)

    standing = daily_standing(ann.pk, default_ladder(), DAY, NOW + passed)

    assert (standing.amount, standing.day, standing.ready_at is None) == (amount, day, is_ready)
    if is_ready:
        claimed = claim(ann, NOW + passed)
        assert (claimed.amount, claimed.streak) == (amount, day)


def test_who_never_claimed_can_do_so_now():
    standing = daily_standing(make_member().pk, default_ladder(), DAY, NOW)

    assert (standing.amount, standing.day, standing.ready_at) == (25, 1, None)
