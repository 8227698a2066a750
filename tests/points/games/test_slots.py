from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from accounts.services import SYSTEM
from points.errors import NotEnoughPoints, StakeTooHigh
from points.games import slots
from points.games.fairness import Draws
from points.models import Entry, Game, Multiplier, Progress, Seat
from points.selectors import balance_of
from points.services import play_slots, verify_ledger
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


def play(member, operation_id="a", stake=10):
    return play_slots(member_id=member.pk, stake=stake, operation_id=operation_id, now=NOW)


@pytest.mark.parametrize(
    ("reels", "stake", "paid"),
    [
        ([0, 0, 0], 10, 20),
        ([1, 1, 1], 10, 30),
        ([2, 2, 2], 10, 50),
        ([3, 3, 3], 10, 100),
        ([4, 4, 4], 10, 200),
        ([5, 5, 5], 10, 500),
        ([6, 6, 6], 10, 1000),
        ([0, 6, 0], 10, 15),
        ([6, 6, 1], 1, 1),
        ([0, 1, 2], 10, 0),
    ],
)
def test_what_the_reels_pay(reels, stake, paid):
    assert slots.payout(reels, stake) == paid


def test_the_return_to_player_is_what_its_odds_say():
    shares = [Fraction(weight, 100) for weight in slots.WEIGHTS]
    factors = (2, 3, 5, 10, 20, 50, 100)
    alike = sum(p**3 * factor for p, factor in zip(shares, factors, strict=True))
    pairs = sum(3 * p**2 * (1 - p) * Fraction(3, 2) for p in shares)
    assert slots.return_to_player(2) == alike + pairs == Fraction(920_155, 1_000_000)
    lost_by_rounding = sum(3 * p**2 * (1 - p) for p in shares) / 2
    for stake in (1, 3, 7, 999):
        assert slots.return_to_player(stake) == alike + pairs - lost_by_rounding / stake


def test_a_spin_moves_the_stake_and_the_payout():
    member = make_member(points=100)
    found = play(member)

    assert found.game.state == Game.State.SETTLED
    assert found.game.result["reels"] == slots.spin(Draws(found.game.seed))
    assert balance_of(member.pk) == found.balance == 90 + found.seat.payout
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_the_same_card_is_played_once():
    member = make_member(points=100)
    first = play(member)
    again = play(member)

    assert (again.game, again.seat) == (first.game, first.seat)
    assert Entry.objects.filter(kind=Entry.Kind.GAME_STAKE).count() == 1


def test_a_stake_that_cannot_be_paid_or_is_too_high_leaves_nothing_behind(state):
    member = make_member(points=5)
    before = state()

    with pytest.raises(NotEnoughPoints):
        play(member)
    with pytest.raises(StakeTooHigh):
        play(member, stake=1001)

    assert state() == before
    assert not Game.objects.exists()


def test_a_game_that_is_over_cannot_be_changed():
    member = make_member(points=100)
    found = play(member)
    for rows in (Game.objects.filter(pk=found.game.pk), Seat.objects.filter(pk=found.seat.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(finished_at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_a_multiplier_counts_down_on_each_game_and_adds_to_what_is_won():
    member = make_member(points=10_000)
    outcomes = set()
    for number in range(100):
        Multiplier.objects.update_or_create(
            pk=member.pk, defaults={"factor": 3, "games_left": 2, "activated_at": NOW}
        )
        seat = play(member, f"n{number}").seat
        outcomes.add(seat.outcome)
        assert seat.multiplier == 3
        assert seat.bonus == max(seat.payout - seat.stake, 0) * 2
        assert Multiplier.objects.get().games_left == 1
    assert {"win", "loss"} <= outcomes
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_a_used_up_multiplier_does_nothing():
    member = make_member(points=1_000)
    Multiplier.objects.create(member=member, factor=2, games_left=0, activated_at=NOW)
    assert play(member).seat.multiplier == 1


def test_games_bring_xp_up_to_so_much_a_day():
    member = make_member(points=10_000)
    for number in range(200):
        play(member, f"n{number}", stake=1)
    progress = Progress.objects.get(pk=member.pk)
    assert progress.game_xp == progress.xp == 300
