"""Players and the clock that act at the same moment: one end, and every stake paid once."""

from functools import partial
from threading import Barrier

import pytest

from points.errors import ChallengeOpen, PotOpen
from points.models import Entry, Game, Seat, Wallet
from points.selectors import balance_of
from points.services import end_due_games
from points.services.games import challenges
from points.services.games.table import HeldGame
from points.services.ledger import HeldWallet
from project.errors import Refusal
from tests.concurrency import PATIENCE_SECONDS, run_together
from tests.factories import make_member
from tests.points.games.matches import (
    LATE,
    accept,
    ask,
    check_books,
    choose,
    decline,
    join,
    open_one,
    outcomes,
    withdraw,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 10


def make_two():
    return make_member(points=100), make_member(points=100)


def tick():
    return end_due_games(now=LATE, limit=50)


def count_ends(game):
    """How often a stake left the game."""
    kinds = (Entry.Kind.GAME_PAYOUT, Entry.Kind.GAME_REFUND)
    return Entry.objects.filter(kind__in=kinds, key__startswith=f"game:{game.pk}:").count()


def faults_of(results):
    return [result for result in results if isinstance(result, Exception)]


@pytest.mark.parametrize(
    "acts",
    [
        (
            lambda game, one, other: accept(game, other),
            lambda game, one, other: withdraw(game, one),
        ),
        (lambda game, one, other: accept(game, other),) * 4,
        (
            lambda game, one, other: decline(game, other),
            lambda game, one, other: withdraw(game, one),
        ),
        (lambda game, one, other: accept(game, other), lambda game, one, other: tick()),
        (
            lambda game, one, other: accept(game, other),
            lambda game, one, other: withdraw(game, one),
            lambda game, one, other: decline(game, other),
            lambda game, one, other: tick(),
            lambda game, one, other: tick(),
        ),
    ],
    ids=["accept-withdraw", "accept-twice", "decline-withdraw", "accept-expiry", "all"],
)
def test_a_challenge_has_one_end_whoever_acts_at_once(acts):
    for _round in range(ROUNDS):
        one, other = make_two()
        game = ask(one, other)

        results = run_together(*[partial(act, game, one, other) for act in acts])

        assert faults_of(results) == []
        assert Game.objects.get(pk=game.pk).is_finished
        assert count_ends(game) == 1
        assert balance_of(one.pk) + balance_of(other.pk) == 200
    check_books(200 * ROUNDS)


def hold_without_locks(barrier, game_id, also=None):
    """Both have read before either writes: what the locks are there against."""
    game = Game.objects.get(pk=game_id)
    seats = list(game.seats.order_by("id"))
    members = {also, *(seat.member_id for seat in seats)}
    rows = Wallet.objects.filter(pk__in=members).values_list("pk", "balance")
    wallets = {pk: HeldWallet(pk, balance, False) for pk, balance in rows}
    barrier.wait(PATIENCE_SECONDS)
    return HeldGame(game, seats, wallets)


def test_without_the_locks_one_of_two_runs_into_the_other(monkeypatch):
    """The database refuses the second end, but the one who acted sees a fault."""
    monkeypatch.setattr(challenges, "hold_game", partial(hold_without_locks, Barrier(2)))
    one, other = make_two()
    game = ask(one, other)

    results = run_together(partial(accept, game, other), partial(withdraw, game, one))

    assert len(faults_of(results)) == 1
    assert not isinstance(faults_of(results)[0], Refusal)
    check_books(200)


def test_two_who_challenge_each_other_at_once_have_one_challenge():
    for number in range(ROUNDS):
        one, other = make_two()

        results = run_together(
            partial(ask, one, other, operation_id=f"a{number}"),
            partial(ask, other, one, operation_id=f"b{number}"),
        )

        assert [type(fault) for fault in faults_of(results)] == [ChallengeOpen]
        assert Game.objects.filter(starter__in=[one, other]).count() == 1
    check_books(200 * ROUNDS)


def test_both_choose_at_once_and_the_game_is_decided_once():
    for _round in range(ROUNDS):
        one, other = make_two()
        game = ask(one, other, kind="rps")
        accept(game, other)

        results = run_together(
            partial(choose, game, one, "rock"),
            partial(choose, game, other, "scissors"),
            partial(choose, game, other, "paper"),
        )

        assert faults_of(results) == []
        assert Game.objects.get(pk=game.pk).state == Game.State.SETTLED
        assert count_ends(game) == 1
    check_books(200 * ROUNDS)


def test_a_choice_and_the_clock_at_once_end_the_game_once():
    for _round in range(ROUNDS):
        one, other = make_two()
        game = ask(one, other, kind="rps")
        accept(game, other)
        choose(game, one, "rock")

        results = run_together(partial(choose, game, other, "paper"), tick)

        assert faults_of(results) == []
        assert outcomes(game) in (["loss", "win"], ["refund", "refund"])
    check_books(200 * ROUNDS)


def test_one_of_many_opens_the_pot_of_a_group():
    members = [make_member(points=100) for _ in range(6)]

    results = run_together(*[partial(open_one, member) for member in members])

    assert [type(fault) for fault in faults_of(results)] == [PotOpen] * 5
    assert Game.objects.count() == 1
    check_books(600)


def test_many_join_a_pot_at_once_without_a_deadlock():
    members = [make_member(points=100) for _ in range(9)]
    game = open_one(members[4])

    results = run_together(*[partial(join, game, member) for member in [*members, *members[:3]]])

    assert faults_of(results) == []
    assert Seat.objects.filter(game=game).count() == 9
    check_books(900)


def test_who_joins_at_the_last_moment_is_in_the_draw_or_keeps_his_stake():
    for number in range(ROUNDS):
        one, other, third = (make_member(points=100) for _ in range(3))
        game = open_one(one, operation_id=f"n{number}", group=-number - 1)
        join(game, other)

        results = run_together(partial(join, game, third), tick, tick)

        assert faults_of(results) == []
        game.refresh_from_db()
        is_in = Seat.objects.filter(game=game, member=third).exists()
        assert (third.pk in game.choices["members"]) is is_in
        assert count_ends(game) == 1
    check_books(300 * ROUNDS)
