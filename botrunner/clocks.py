"""What a bot process does again and again beside answering; any number of processes may."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from accounts.services import tell_of_backups
from botrunner.faults import log_fault
from botrunner.perks import search_perks
from botrunner.threads import DatabaseThread
from botrunner.transport import wait_or_stop
from numbers.services import handle_due_events
from points.services import SCORES_PER_BATCH, end_due_games, refresh_scores
from project.backups.watch import LatenessWatch
from vip.services import search_for_due, tell_finds

DATABASE_AWAY_SECONDS = 2.0
# What one look may take: what is left is done without a pause, unless told to stop.
GAMES_PER_LOOK = 50
BATCHES_PER_LOOK = 5
SEARCHES_PER_LOOK = 200
DIGESTS_PER_LOOK = 500
DELIVERIES_PER_LOOK = 50
BACKUP_LOOK_SECONDS = 10.0


class Clock:
    """Looks, and pauses; `look` says whether it left something for a look at once."""

    def __init__(self, name: str, look: Callable[[datetime], bool], seconds: float) -> None:
        # Of its own: it may wait for wallets that an update holds.
        self._thread = DatabaseThread(name)
        self._name, self._look, self._seconds = name, look, seconds

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await wait_or_stop(stop, await self._work())

    def close(self) -> None:
        self._thread.close()

    async def _work(self) -> float:
        """How long to pause after it."""
        try:
            is_more = await self._thread.run(lambda: self._look(timezone.now()))
        except (DatabaseError, InterfaceError) as error:
            log_fault(f"{self._name}: waits for the database", error)
            return DATABASE_AWAY_SECONDS
        return 0 if is_more else self._seconds


def list_clocks() -> list[Clock]:
    """Games whose time is up end in a second, boards of days show in a few what was earned.

    Auto-search begins within two seconds of the end of the wait, which VIP has shortened to
    some minutes; a job each minute would lose half a minute of each.

    Backups are watched from here: the worker that makes them may be what has failed.
    """
    watch = LatenessWatch(timezone.now())

    def watch_backups(now: datetime) -> bool:
        watch.look(now)
        tell_of_backups(now=now)
        return False

    return [
        Clock("game clock", _end_games, 1.0),
        Clock("board clock", _sum_up, 5.0),
        Clock("search clock", search_for_members, 2.0),
        Clock("SMS clock", _handle_deliveries, 1.0),
        Clock("backup watch", watch_backups, BACKUP_LOOK_SECONDS),
    ]


def search_for_members(now: datetime) -> bool:
    """One batch of searches and one of digests: two questions where nothing is due."""
    searched = search_for_due(now=now, perks=search_perks(is_vip=True), limit=SEARCHES_PER_LOOK)
    told = tell_finds(now=now, limit=DIGESTS_PER_LOOK)
    return searched == SEARCHES_PER_LOOK or told == DIGESTS_PER_LOOK


def _handle_deliveries(now: datetime) -> bool:
    """What was stored and not handled: one question where nothing is left."""
    return handle_due_events(now=now, limit=DELIVERIES_PER_LOOK) == DELIVERIES_PER_LOOK


def _end_games(now: datetime) -> bool:
    return end_due_games(now=now, limit=GAMES_PER_LOOK) == GAMES_PER_LOOK


def _sum_up(now: datetime) -> bool:
    """Two questions where nobody has earned anything."""
    days = refresh_scores(now=now, batches=BATCHES_PER_LOOK)
    return days >= BATCHES_PER_LOOK * SCORES_PER_BATCH
