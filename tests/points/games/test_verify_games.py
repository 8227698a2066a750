"""verify_ledger counts games, and finds each way in which one does not add up."""

import pytest
from django.db import connection

from accounts.services import SYSTEM
from points.models import Entry, Wallet
from points.services import reverse_entry, verify_ledger
from tests.factories import make_member
from tests.factories.games import (
    double,
    make_game,
    refund,
    seat_in,
    settle,
    switch_on,
)
from tests.points.conftest import NOW
from tests.points.test_verify_ledger import break_ledger

__all__ = ["break_ledger"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """200 points of two members, and a game of each sort.

    The house keeps 20 of a lost blackjack that was doubled, pays 10 more than was staked on
    a roulette and 10 for its multiplier, and has no part in a duel and a refund.
    """
    ann, boris = make_member(points=100), make_member(points=100)
    blackjack = make_game(ann, kind="blackjack", now=NOW)
    double(blackjack, ann, now=NOW)
    settle(blackjack, {ann: ("loss", 0)}, now=NOW)
    duel = make_game(ann, kind="duel", opponent_id=boris.pk, state="open", now=NOW)
    seat_in(duel, boris, stake=10, now=NOW)
    settle(duel, {ann: ("loss", 0), boris: ("win", 20)}, now=NOW)
    switch_on(boris, 2, now=NOW)
    settle(make_game(boris, now=NOW), {boris: ("win", 20)}, now=NOW)
    refund(make_game(ann, kind="rps", state="open", now=NOW), now=NOW)
    make_game(ann, kind="pot", state="open", stake=7, now=NOW)
    return ann, boris


def test_sound_games_are_clean_and_what_lies_in_them_is_told(house):
    check = verify_ledger(actor=SYSTEM, now=NOW)

    held = sum(Wallet.objects.values_list("balance", flat=True))
    assert check.faults == []
    # A level that a win brought is minted by itself.
    levels = sum(Entry.objects.filter(kind="level").values_list("amount", flat=True))
    assert (check.minted, check.burnt, check.in_games) == (200 + 20 + levels, 20, 7)
    assert held + check.in_games == check.minted - check.burnt


def test_a_reversed_payout_is_no_fault(house, actor):
    paid = Entry.objects.filter(kind=Entry.Kind.GAME_PAYOUT).last()

    reverse_entry(entry_id=paid.pk, reason="x", actor=actor, now=NOW)

    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


BREAKS = [
    ("UPDATE points_seat SET stake = stake + 1 WHERE finished_at IS NULL", "stake_was_not_taken"),
    ("UPDATE points_seat SET stake = 10 WHERE stake = 20", "stake_was_not_taken"),
    ("UPDATE points_seat SET payout = 21 WHERE payout = 20", "game_paid_something_else"),
    ("UPDATE points_seat SET bonus = 0 WHERE bonus > 0", "game_paid_something_else"),
    (
        "UPDATE points_entry SET kind = 'game_payout' WHERE kind = 'game_stake'",
        "stake_was_not_taken",
    ),
    (
        "UPDATE points_seat SET outcome = 'loss', finished_at = joined_at "
        "WHERE finished_at IS NULL",
        "seat_outlives_its_game",
    ),
    ("UPDATE points_seat SET payout = 15 WHERE payout = 20", "stakes_are_not_conserved"),
    ("UPDATE points_seat SET payout = 9 WHERE outcome = 'refund'", "stakes_are_not_conserved"),
    (
        "UPDATE points_entry SET amount = amount - 1 WHERE kind = 'game_bonus'",
        "game_paid_something_else",
    ),
    ("UPDATE points_seat SET stake = 8 WHERE finished_at IS NULL", "totals_differ"),
]


@pytest.mark.parametrize(("sql", "fault"), BREAKS)
def test_a_game_that_does_not_add_up_is_found(house, break_ledger, sql, fault):
    break_ledger(sql)

    check = verify_ledger(actor=SYSTEM, now=NOW)

    assert fault in {found["fault"] for found in check.faults}


def test_a_fault_names_the_game_and_the_wallet(house, break_ledger):
    ann, _ = house
    break_ledger("UPDATE points_seat SET stake = 8 WHERE finished_at IS NULL")

    faults = verify_ledger(actor=SYSTEM, now=NOW).faults

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM points_game WHERE finished_at IS NULL")
        [(game,)] = cursor.fetchall()
    [fault] = [fault for fault in faults if fault["fault"] == "stake_was_not_taken"]
    assert fault == {
        "fault": "stake_was_not_taken",
        "game": game,
        "wallet": ann.pk,
        "found": 7,
        "expected": 8,
    }
