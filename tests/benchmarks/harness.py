"""Measures a service against the same work written by hand, in one run on one database.

Rounds are interleaved, so that whatever else the machine does falls on both; the
figure is the median of the rounds' ratios. SQLite writes through to the disk as in
production. PostgreSQL does not: the wait for the disk is the same for both sides, and
would bring every ratio nearer to one.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import servers


@contextmanager
def fresh_database(*, postgres: bool) -> Iterator[None]:
    """Sets Django up over an empty, migrated database that goes away afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tallyhouse-bench-")))
        os.environ["VAR_DIR"] = str(folder / "var")
        os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
        if postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(servers.postgres(folder))
        else:
            os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def compare(
    name: str,
    service: Callable[[int], None],
    floor: Callable[[int], None],
    *,
    rounds: int,
    calls: int,
) -> float:
    """Prints calls a second of both and the median ratio. Each is called with numbers 0, 1, 2 …"""
    numbers = iter(range(10**9))
    for run in (service, floor):
        _time(run, numbers, calls // 4)
    speeds: dict[str, list[float]] = {"service": [], "by hand": []}
    for number in range(rounds):
        pair = [("service", service), ("by hand", floor)]
        # Neither always goes first.
        for label, run in pair if number % 2 else reversed(pair):
            speeds[label].append(calls / _time(run, numbers, calls))
    ratio = statistics.median(
        ours / theirs for ours, theirs in zip(speeds["service"], speeds["by hand"], strict=True)
    )
    medians = ", ".join(
        f"{label} {statistics.median(found):,.0f}/s" for label, found in speeds.items()
    )
    print(f"{name}: {medians}, ratio {ratio:.2f}")
    return ratio


def _time(run: Callable[[int], None], numbers: Iterator[int], calls: int) -> float:
    chosen = [next(numbers) for _ in range(calls)]
    start = time.perf_counter()
    for number in chosen:
        run(number)
    return time.perf_counter() - start
