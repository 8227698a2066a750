"""Sums of days that are over: made once, and kept in the database.

A year of them is a few hundred rows, however many rows they were summed from.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from project.figures import Days
from project.models import DayTotal

# So many days are read by one statement, and kept before the next ones are.
DAYS_AT_ONCE = 31


def read_closed_days(
    name: str,
    read: Callable[[date, date], Days],
    first: date,
    end: date,
    *,
    at_most: int | None = None,
) -> dict[date, dict[str, int]]:
    """The figures of the days from first up to, without, end, none of which may change again.

    What is kept under `name` is taken from there; the rest is read and kept, the newest first
    and no more than `at_most` days of it: days that are missing then are not in the answer.
    """
    kept = dict(
        DayTotal.objects.filter(chart=name, day__gte=first, day__lt=end).values_list(
            "day", "figures"
        )
    )
    missing = [day for day in list_days(first, end) if day not in kept]
    if at_most is not None:
        missing = missing[-at_most:]
    for start, stop in _runs(missing):
        found = read(start, stop)
        rows = [
            DayTotal(chart=name, day=day, figures=dict(found.get(day, {})))
            for day in list_days(start, stop)
        ]
        DayTotal.objects.bulk_create(rows, ignore_conflicts=True)
        kept |= {row.day: row.figures for row in rows}
    return kept


def list_days(first: date, end: date) -> list[date]:
    return [first + timedelta(days=index) for index in range((end - first).days)]


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Days that follow each other, as spans of at most DAYS_AT_ONCE."""
    start = 0
    for index, day in enumerate(days, 1):
        is_last = index == len(days)
        if is_last or days[index] != day + timedelta(days=1) or index - start == DAYS_AT_ONCE:
            yield days[start], day + timedelta(days=1)
            start = index
