"""Blackjack where several act at the same moment."""

from functools import partial
from threading import Barrier

import pytest

from accounts.models import OutboxMessage
from accounts.services import SYSTEM
from points.games.blackjack import STAND
from points.models import Entry, Game, Seat
from points.selectors import balance_of
from points.services import (
    BLACKJACK_IDLE,
    HeldWallet,
    double,
    end_due_games,
    hit,
    stand,
    start_blackjack,
    verify_ledger,
)
from points.services.games import table
from points.services.games.table import HeldGame
from tests.concurrency import PATIENCE_SECONDS, run_together
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.games.blackjack_tables import sit_down, wins

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DUE = NOW + BLACKJACK_IDLE
TABLES = 100
DEALERS = 20


def press(move, play, now=NOW):
    return partial(move, member_id=play.seat.member_id, game_id=play.game.pk, moves_made=0, now=now)


def look():
    return end_due_games(now=DUE, limit=50)


def test_who_stands_as_his_time_runs_out_is_settled_once():
    member = make_member(points=100)
    play = sit_down(member, wins, STAND)

    *pressed, first_look, second_look = run_together(*[press(stand, play, DUE)] * 3, look, look)

    assert {done.seat.payout for done in pressed} == {20}
    assert balance_of(member.pk) == 110
    assert Entry.objects.filter(kind=Entry.Kind.GAME_PAYOUT).count() == 1
    # He is told by the outbox where no press of his was the first.
    assert OutboxMessage.objects.count() == first_look + second_look <= 1


def test_without_the_locks_both_would_settle_it(monkeypatch):
    """The control of the test above: the database itself then refuses the second."""
    member = make_member(points=100)
    play = sit_down(member, wins, STAND)
    both_read = Barrier(2)

    def read_only(game_id, members):
        wallets = {pk: HeldWallet(pk, balance_of(pk), False) for pk in members}
        game = Game.objects.get(pk=game_id)
        held = HeldGame(game, list(game.seats.select_related("member")), wallets)
        both_read.wait(PATIENCE_SECONDS)
        return held

    monkeypatch.setattr(table, "_hold", read_only)
    found = run_together(press(stand, play, DUE), press(stand, play, DUE))

    assert sum(isinstance(answer, Exception) for answer in found) == 1
    assert balance_of(member.pk) == 110


def test_a_double_pressed_by_many_fingers_is_paid_once():
    member = make_member(points=100)
    play = sit_down(member)

    answers = run_together(*[press(double, play)] * 8)

    assert {answer.seat.stake for answer in answers} == {20}
    assert Entry.objects.filter(kind=Entry.Kind.GAME_STAKE).count() == 2


def test_hit_stand_and_double_at_once_are_one_move():
    member = make_member(points=100)
    play = sit_down(member)

    answers = run_together(*(press(move, play) for move in (hit, stand, double)))

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert len(Game.objects.get().choices["moves"]) == 1


def test_two_cards_dealt_at_once_are_one_table():
    member = make_member(points=100)
    deal = partial(start_blackjack, member_id=member.pk, stake=10, now=NOW)

    answers = run_together(*(partial(deal, operation_id=f"n{n}") for n in range(6)))

    open_tables = Game.objects.filter(state=Game.State.PLAYING).count()
    staked = Entry.objects.filter(kind=Entry.Kind.GAME_STAKE).count()
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert open_tables <= 1
    assert Game.objects.count() == staked


def test_a_hundred_tables_are_played_at_once():
    members = [make_member(points=1_000).pk for _ in range(TABLES)]
    all_sit = Barrier(DEALERS)

    def play_some(mine):
        plays = [start_blackjack(member_id=pk, stake=10, operation_id="a", now=NOW) for pk in mine]
        all_sit.wait(PATIENCE_SECONDS)
        for play in plays:
            moves = 0
            while not play.game.is_finished and moves < 3:
                play = hit(
                    member_id=play.seat.member_id, game_id=play.game.pk, moves_made=moves, now=NOW
                )
                moves += 1
        return len(plays)

    shares = [partial(play_some, members[n::DEALERS]) for n in range(DEALERS)]
    found = run_together(*shares, look, look)

    assert found[:DEALERS] == [TABLES // DEALERS] * DEALERS
    # What is not over is left to the clock.
    run_together(look, look, look)
    look()
    assert not Game.objects.filter(state=Game.State.PLAYING).exists()
    assert Seat.objects.exclude(outcome="").count() == TABLES
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []
