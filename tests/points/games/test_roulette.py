from fractions import Fraction

import pytest

from accounts.models import Member
from accounts.services import SYSTEM
from points.errors import KeyReused, NotEnoughPoints, StakeTooHigh, UnknownBet, WalletFrozen
from points.games import roulette
from points.games.fairness import Draws
from points.models import Entry, Game
from points.selectors import balance_of
from points.services import play_roulette, play_slots, verify_ledger
from tests.concurrency import run_together
from tests.factories import make_member
from tests.points.conftest import NOW


def play(member, operation_id="a", stake=10, bet="red"):
    return play_roulette(
        member_id=member.pk, stake=stake, bet=bet, operation_id=operation_id, now=NOW
    )


def test_the_wheel_is_european():
    sizes = {bet: len(numbers) for bet, numbers in roulette.BETS.items()}

    assert [sizes[bet] for bet in ("red", "black", "even", "odd", "low", "high")] == [18] * 6
    assert [sizes[f"dozen{part}"] for part in (1, 2, 3)] == [12] * 3
    assert all(roulette.BETS[str(number)] == {number} for number in range(37))
    assert len(roulette.BETS) == 46
    # As they stand on the cloth: 1 to 10 and 19 to 28 have red odds, the others black ones.
    assert all((n in roulette.RED) == (n % 2 == 1) for n in (*range(1, 11), *range(19, 29)))
    assert all((n in roulette.RED) == (n % 2 == 0) for n in (*range(11, 19), *range(29, 37)))


@pytest.mark.parametrize("pair", [("red", "black"), ("even", "odd"), ("low", "high")])
def test_halves_share_every_number_but_the_zero(pair):
    first, second = (roulette.BETS[bet] for bet in pair)

    assert first | second == set(range(1, 37)) and not first & second


@pytest.mark.parametrize("bet", roulette.BETS)
@pytest.mark.parametrize("stake", [1, 7, 1000])
def test_every_bet_returns_36_of_37_at_every_stake(bet, stake):
    paid = sum(roulette.payout(bet, ball, stake) for ball in range(37))

    assert Fraction(paid, 37 * stake) == roulette.return_to_player(bet) == Fraction(36, 37)


@pytest.mark.parametrize(
    ("bet", "ball", "paid"),
    [
        *(("red", 32, 20), ("red", 33, 0), ("red", 0, 0), ("even", 0, 0), ("low", 18, 20)),
        *(("high", 18, 0), ("dozen2", 24, 30), ("dozen3", 24, 0), ("17", 17, 360), ("0", 0, 360)),
    ],
)
def test_what_a_bet_of_ten_returns(bet, ball, paid):
    assert roulette.payout(bet, ball, 10) == paid


@pytest.mark.django_db
def test_a_spin_moves_the_stake_and_the_payout():
    member = make_member(points=100)
    found = play(member)

    ball = roulette.spin(Draws(found.game.seed))
    assert (found.game.choices, found.game.result) == ({"bet": "red"}, {"ball": ball})
    assert found.seat.payout == roulette.payout("red", ball, 10)
    assert balance_of(member.pk) == found.balance == 90 + found.seat.payout
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


@pytest.mark.django_db
def test_a_card_is_played_once_whatever_is_sent_with_it_later():
    member = make_member(points=100)
    first = play(member)
    again = play(member, stake=20, bet="17")

    assert again.game == first.game and again.game.choices == {"bet": "red"}
    assert Entry.objects.filter(kind=Entry.Kind.GAME_STAKE).count() == 1
    with pytest.raises(KeyReused):
        play_slots(member_id=member.pk, stake=10, operation_id="a", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"bet": "37"}, UnknownBet),
        ({"bet": "00"}, UnknownBet),
        ({"bet": ""}, UnknownBet),
        ({"stake": 1001}, StakeTooHigh),
        ({"stake": 101}, NotEnoughPoints),
    ],
)
def test_what_is_refused_leaves_nothing_behind(state, values, refusal):
    member = make_member(points=100)
    before = state()

    with pytest.raises(refusal):
        play(member, **values)

    assert state() == before and not Game.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_frozen_and_banned_members_do_not_play(state, field):
    member = make_member(points=100)
    Member.objects.update(**{field: NOW})
    before = state()

    with pytest.raises(WalletFrozen):
        play(member)

    assert state() == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_card_pressed_at_once_is_one_game():
    member = make_member(points=100)

    plays = run_together(*[lambda: play(member)] * 6)

    assert len({found.game.pk for found in plays}) == 1
    assert Entry.objects.filter(kind=Entry.Kind.GAME_STAKE).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_cards_pressed_at_once_never_stake_more_than_there_is():
    member = make_member(points=30)

    found = run_together(*[lambda n=n: play(member, f"n{n}", bet="0") for n in range(6)])

    lost = [one for one in found if not isinstance(one, NotEnoughPoints)]
    assert len(lost) >= 3
    assert balance_of(member.pk) == 30 + sum(one.seat.payout - 10 for one in lost)
