from datetime import timedelta
from itertools import product

import pytest

from accounts.services import SYSTEM, freeze
from points.errors import GameNotFound, NotAPlayer
from points.games import rps
from points.models import Game, Multiplier
from points.selectors import balance_of
from points.services import end_due_games
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.games.matches import (
    GROUP,
    LATE,
    accept,
    ask,
    check_books,
    choose,
    end_of,
    outcomes,
    told,
)

pytestmark = pytest.mark.django_db

BEATS = {("rock", "scissors"), ("paper", "rock"), ("scissors", "paper")}


@pytest.fixture
def two():
    return make_member(points=100), make_member(points=100)


@pytest.fixture
def game(two):
    game = ask(*two, kind="rps")
    accept(game, two[1])
    return game


@pytest.mark.parametrize(("first", "second"), list(product(rps.MOVES, repeat=2)))
def test_what_beats_what(first, second):
    expected = None if first == second else 0 if (first, second) in BEATS else 1
    assert rps.winner(first, second) == expected


def test_both_stakes_are_in_before_anybody_chooses(two, game):
    game.refresh_from_db()
    assert (game.state, game.seed) == (Game.State.PLAYING, "")
    assert [balance_of(member.pk) for member in two] == [50, 50]


@pytest.mark.parametrize(
    ("moves", "balances", "ends"),
    [
        (("rock", "scissors"), [150, 50], ["win", "loss"]),
        (("rock", "paper"), [50, 150], ["loss", "win"]),
        (("rock", "rock"), [100, 100], ["draw", "draw"]),
    ],
)
def test_the_better_move_takes_both_stakes_and_a_draw_returns_them(
    two, game, moves, balances, ends
):
    # The order of choosing is not that of sitting.
    choose(game, two[1], moves[1])
    choose(game, two[0], moves[0])

    game.refresh_from_db()
    assert (game.state, game.choices) == (Game.State.SETTLED, {"moves": list(moves)})
    assert [balance_of(member.pk) for member in two] == balances
    assert outcomes(game) == ends
    check_books(200)


def test_the_first_choice_holds(two, game):
    choose(game, two[0], "rock")
    table = choose(game, two[0], "paper")
    assert table.seat_of(two[0].pk).secret == "rock"

    choose(game, two[1], "scissors")
    choose(game, two[1], "paper")

    assert outcomes(game) == ["win", "loss"]


def test_after_the_clock_was_set_back_both_still_choose(two, game):
    for player, move in zip(two, ("rock", "paper"), strict=True):
        choose(game, player, move, now=NOW - timedelta(days=1))

    assert outcomes(game) == ["loss", "win"]


def test_an_idler_costs_nobody_anything(two, game):
    choose(game, two[0], "rock")

    assert end_due_games(now=NOW, limit=9) == 0
    assert end_due_games(now=LATE, limit=9) == 1

    assert end_of(game) == (Game.State.REFUNDED, "idle")
    assert [balance_of(member.pk) for member in two] == [100, 100]
    check_books(200)


def test_a_choice_after_the_time_ends_the_game(two, game):
    choose(game, two[0], "rock")
    choose(game, two[1], "paper", now=LATE)

    assert end_of(game) == (Game.State.REFUNDED, "idle")
    check_books(200)


def test_the_time_to_choose_begins_with_the_acceptance(two):
    game = ask(*two, kind="rps")
    table = accept(game, two[1], now=LATE.replace(second=29))
    assert (table.game.due_at - LATE.replace(second=29)).total_seconds() == 30


def test_who_was_frozen_meanwhile_neither_wins_nor_loses(two, game):
    choose(game, two[0], "rock")
    freeze(member_id=two[0].pk, actor=SYSTEM, reason="fraud", now=NOW)
    choose(game, two[1], "paper")

    assert end_of(game) == (Game.State.REFUNDED, "frozen")
    assert [balance_of(member.pk) for member in two] == [100, 100]


def test_what_is_no_move_and_who_is_no_player_are_refused(two, game, state):
    stranger = make_member()
    before = state()

    with pytest.raises(GameNotFound):
        choose(game, two[0], "well")
    with pytest.raises(NotAPlayer):
        choose(game, stranger, "rock")

    assert state() == before


def test_a_choice_before_the_acceptance_is_none(two):
    game = ask(*two, kind="rps")
    assert choose(game, two[0], "rock").seats[0].secret == ""


def test_in_private_both_learn_of_the_end_and_nobody_of_a_choice(two, game):
    before = told(game)
    choose(game, two[0], "rock")
    assert told(game) == before

    choose(game, two[1], "paper")

    assert told(game)[len(before) :] == [two[0].pk]


def test_a_group_sees_who_pressed_last_by_his_press(two):
    game = ask(*two, kind="rps", group=GROUP)
    accept(game, two[1])
    choose(game, two[0], "rock")
    choose(game, two[1], "paper")
    assert told(game) == []


def test_a_multiplier_adds_to_what_is_won(two, game):
    Multiplier.objects.create(member=two[1], factor=3, games_left=2, activated_at=NOW)
    choose(game, two[0], "rock")
    choose(game, two[1], "paper")
    # 50 are won net, and twice that again.
    assert balance_of(two[1].pk) == 250
