"""Calls that really happen at the same time, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

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
