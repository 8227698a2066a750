import asyncio
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from botrunner import clocks
from botrunner.clocks import list_clocks
from points.jobs import end_due_games
from points.models import Board, Game, Score
from points.services import add_day_score, lock_wallet
from points.services.games.table import start_game
from tests.botrunner.engine.bots import wait_until
from tests.concurrency import call_aside
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)


def start_due_game() -> Game:
    now = timezone.now()
    with transaction.atomic():
        return start_game(
            lock_wallet(make_member(points=100).pk),
            kind=Game.Kind.ROULETTE,
            stake=10,
            operation_id="a",
            now=now,
            due_at=now - timedelta(seconds=1),
        ).game


def is_over(game) -> bool:
    return Game.objects.get(pk=game.pk).is_finished


def run_clocks(story) -> None:
    async def run():
        stop, all_clocks = asyncio.Event(), list_clocks()
        tasks = [asyncio.create_task(clock.run(stop)) for clock in all_clocks]
        await story()
        stop.set()
        for task, clock in zip(tasks, all_clocks, strict=True):
            await task
            clock.close()

    asyncio.run(run())


def test_the_bot_ends_games_that_are_due():
    game = start_due_game()

    async def story():
        while not await call_aside(is_over, game):
            await asyncio.sleep(0.02)

    run_clocks(story)


def test_the_bot_sums_up_what_was_earned():
    day = timezone.now().date()
    with transaction.atomic():
        add_day_score(Board.XP, make_member().pk, day, 5)

    async def story():
        while not await call_aside(Score.objects.exists):
            await asyncio.sleep(0.02)

    run_clocks(story)


def test_the_clock_survives_a_database_that_is_away(monkeypatch):
    looks = []

    def look(**_values):
        looks.append(1)
        raise OperationalError("gone")

    monkeypatch.setattr(clocks, "end_due_games", look)
    monkeypatch.setattr(clocks, "DATABASE_AWAY_SECONDS", 0.01)

    run_clocks(lambda: wait_until(lambda: len(looks) > 2, "another look"))


def test_the_schedule_ends_games_while_no_bot_runs():
    game = start_due_game()

    end_due_games()

    assert is_over(game)
