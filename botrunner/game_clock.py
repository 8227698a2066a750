"""Looks each second for games whose time is up; any number of bot processes may."""

import asyncio

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from botrunner.faults import log_fault
from botrunner.threads import DatabaseThread
from botrunner.transport import wait_or_stop
from points.services import end_due_games

LOOK_SECONDS = 1.0
DATABASE_AWAY_SECONDS = 2.0
# What one look may take: more are ended without a pause, unless told to stop.
GAMES_PER_LOOK = 50


class GameClock:
    def __init__(self) -> None:
        # Of its own: it may wait for wallets that an update holds.
        self._thread = DatabaseThread("game-clock")

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await wait_or_stop(stop, await self._look())

    def close(self) -> None:
        self._thread.close()

    async def _look(self) -> float:
        """How long to pause after it."""
        try:
            ended = await self._thread.run(
                lambda: end_due_games(now=timezone.now(), limit=GAMES_PER_LOOK)
            )
        except (DatabaseError, InterfaceError) as error:
            log_fault("games that are due wait for the database", error)
            return DATABASE_AWAY_SECONDS
        return 0 if ended == GAMES_PER_LOOK else LOOK_SECONDS
