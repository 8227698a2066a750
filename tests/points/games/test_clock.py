from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError, transaction

from accounts.services import SYSTEM, freeze
from points.errors import GameNotFound
from points.models import Entry, Game, Seat
from points.selectors import balance_of
from points.services import end_due_games, lock_wallet, lock_wallets, verify_ledger
from points.services.games import clock
from points.services.games.table import hold_game, join_game, start_game
from tests.concurrency import PATIENCE_SECONDS, run_together, wait_for_waiters
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

DUE = NOW + timedelta(seconds=30)
AFTER = DUE + timedelta(seconds=1)


def start(member=None, *, due_at=DUE, operation_id="a", kind=Game.Kind.ROULETTE):
    """A game that waits; its kind has no way of its own to end."""
    member = member or make_member(points=100)
    with transaction.atomic():
        return start_game(
            lock_wallet(member.pk),
            kind=kind,
            stake=10,
            operation_id=operation_id,
            now=NOW,
            due_at=due_at,
        ).game


def end(now=AFTER, limit=50):
    return end_due_games(now=now, limit=limit)


def test_a_look_at_nothing_costs_one_query():
    start()

    with at_most(1):
        assert end(now=NOW) == 0


def test_a_game_without_a_way_of_its_own_to_end_gives_the_stake_back():
    game = start()

    assert (end(), end()) == (1, 0)

    game.refresh_from_db()
    assert (game.state, game.finished_at, game.due_at) == (Game.State.REFUNDED, AFTER, None)
    assert balance_of(game.starter_id) == 100
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_the_stake_of_who_was_frozen_meanwhile_comes_back_to_him():
    game = start()
    freeze(member_id=game.starter_id, actor=SYSTEM, reason="fraud", now=NOW)

    assert end() == 1

    assert balance_of(game.starter_id) == 100


def test_the_longest_overdue_end_first_and_no_more_than_asked():
    late, later = start(due_at=DUE + timedelta(seconds=1)), start(due_at=DUE)

    assert end(limit=1) == 1

    assert list(Game.objects.filter(due_at=None)) == [later]
    assert late.due_at


@pytest.mark.parametrize(
    ("fault", "pause"),
    [(ValueError, clock.RETRY_AFTER), (OperationalError, clock.RETRY_SOON)],
)
def test_a_game_that_cannot_be_ended_makes_room_for_the_others(monkeypatch, caplog, fault, pause):
    def fail(held, now):
        raise fault("seed 482913")

    monkeypatch.setattr(clock, "ENDERS", {"duel": fail})
    broken, sound = start(kind=Game.Kind.DUEL), start(due_at=DUE + timedelta(seconds=1))

    assert (end(), end(limit=1)) == (1, 0)

    sound.refresh_from_db()
    broken.refresh_from_db()
    assert sound.is_finished and not broken.is_finished
    assert broken.due_at == AFTER + pause
    assert fault.__name__ in caplog.text and "482913" not in caplog.text
    assert Entry.objects.filter(kind=Entry.Kind.GAME_REFUND).count() == 1


def test_a_game_with_more_time_by_now_is_left_alone():
    game = start()
    Game.objects.update(due_at=AFTER + timedelta(seconds=1))

    assert clock._end_alone(game.pk, AFTER) is False

    game.refresh_from_db()
    assert not game.is_finished


def test_a_game_that_is_not_there_cannot_be_held():
    with pytest.raises(GameNotFound):
        hold_game(404)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_clocks_end_each_game_once():
    for number in range(20):
        start(operation_id=f"n{number}")

    counts = run_together(*[end] * 6)

    assert sum(counts) == 20
    assert Entry.objects.filter(kind=Entry.Kind.GAME_REFUND).count() == 20
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_joins_while_another_waits_for_the_game_is_held_without_a_deadlock():
    joiner = make_member(points=100)
    game = start()
    assert joiner.pk < game.starter_id
    is_held = Event()

    @transaction.atomic
    def join():
        held = hold_game(game.pk, also=joiner.pk)
        is_held.set()
        wait_for_waiters(2)
        join_game(held, held.wallets[joiner.pk], 10, NOW)

    @transaction.atomic
    def hold():
        assert is_held.wait(PATIENCE_SECONDS)
        return sorted(hold_game(game.pk).wallets)

    @transaction.atomic
    def lock_both_in_order():
        """Has the joiner's wallet when the other, holding the starter's, wants it too."""
        assert is_held.wait(PATIENCE_SECONDS)
        lock_wallets([joiner.pk])
        return len(lock_wallets([game.starter_id]))

    found = run_together(join, hold, lock_both_in_order)

    assert found == [None, [joiner.pk, game.starter_id], 1]
    assert Seat.objects.filter(game=game).count() == 2
