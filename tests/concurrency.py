"""Calls that really happen at the same time, each with a database connection of its own."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 60.0


def run_together(*calls: Callable[[], Any]) -> list[Any]:
    """Starts all calls at one moment; the list holds each one's result or its exception.

    The caller's data must be committed: mark the test `postgres` and use `transactional_db`.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(PATIENCE_SECONDS)
            return call()
        except Exception as error:  # noqa: BLE001  the test judges it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE_SECONDS) for future in [pool.submit(run, c) for c in calls]]


async def call_aside(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What the call returns from a thread: the database must not be asked in the loop's own.

    A thread lives on idle, and its connection with it, unless that is closed here.
    """

    def call_and_hang_up() -> Any:
        try:
            return call(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call_and_hang_up)


def wait_for_waiters(count: int = 1) -> None:
    """Returns once so many connections wait for a row of this database."""
    end = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            # Inside a transaction PostgreSQL goes on telling what it told first.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    raise AssertionError(f"there are not {count} who wait")
