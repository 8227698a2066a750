"""Days that are over: read once, in pieces, and kept."""

from datetime import date, timedelta

import pytest

from project.day_totals import DAYS_AT_ONCE, list_days, read_closed_days
from project.models import DayTotal

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)


class Source:
    """Answers every day with its number in the year, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, first, end):
        self.asked.append((first, end))
        return {day: {"n": day.timetuple().tm_yday} for day in list_days(first, end)}


def after(days):
    return FIRST + timedelta(days=days)


def test_a_long_span_is_read_in_pieces_and_then_never_again():
    source = Source()

    first = read_closed_days("x", source, FIRST, after(70))
    again = read_closed_days("x", source, FIRST, after(70))

    assert first == again == {after(n): {"n": n + 1} for n in range(70)}
    assert source.asked == [
        (FIRST, after(DAYS_AT_ONCE)),
        (after(DAYS_AT_ONCE), after(2 * DAYS_AT_ONCE)),
        (after(2 * DAYS_AT_ONCE), after(70)),
    ]


def test_only_the_days_that_are_missing_are_read():
    source = Source()
    read_closed_days("x", source, after(3), after(5))
    read_closed_days("x", source, after(8), after(9))
    source.asked.clear()

    read_closed_days("x", source, FIRST, after(10))

    assert source.asked == [(FIRST, after(3)), (after(5), after(8)), (after(9), after(10))]


def test_no_more_than_asked_for_is_read_and_the_newest_first():
    source = Source()

    found = read_closed_days("x", source, FIRST, after(10), at_most=3)

    assert sorted(found) == [after(7), after(8), after(9)]
    assert sorted(read_closed_days("x", source, FIRST, after(10), at_most=3)) == [
        after(n) for n in range(4, 10)
    ]


def test_a_day_without_figures_is_kept_too():
    read_closed_days("x", lambda first, end: {}, FIRST, after(2))

    assert list(DayTotal.objects.values_list("day", "figures")) == [(FIRST, {}), (after(1), {})]


def test_names_do_not_share_their_days():
    read_closed_days("x", Source(), FIRST, after(1))

    assert read_closed_days("y", lambda first, end: {}, FIRST, after(1)) == {FIRST: {}}
