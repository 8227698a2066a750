"""The spans of time that a report is drawn over: days, weeks or months up to today, in UTC."""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS, WEEKS, MONTHS = 30, 12, 12


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` up to, without, `end`. `label` stands on an axis, `name` in a table."""

    first: date
    end: date
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Period:
    code: str
    title: str
    by: str
    spans: tuple[Span, ...]

    @property
    def first(self) -> date:
        return self.spans[0].first


def list_periods(today: date) -> dict[str, Period]:
    """By their codes; the last span of each is the one that today lies in."""
    periods = (
        Period("days", f"{DAYS} days", "Day", tuple(_days(today))),
        Period("weeks", f"{WEEKS} weeks", "Week", tuple(_weeks(today))),
        Period("months", f"{MONTHS} months", "Month", tuple(_months(today))),
    )
    return {period.code: period for period in periods}


def week_of(day: date) -> date:
    """The Monday it begins with."""
    return day - timedelta(days=day.weekday())


def _days(today: date) -> list[Span]:
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [Span(day, day + timedelta(days=1), f"{day:%d %b}", _name(day)) for day in days]


def _weeks(today: date) -> list[Span]:
    mondays = [week_of(today) - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    return [Span(day, day + timedelta(weeks=1), f"{day:%d %b}", _name(day)) for day in mondays]


def _months(today: date) -> list[Span]:
    months = today.year * 12 + today.month - 1
    firsts = [_first_of(months - ago) for ago in reversed(range(-1, MONTHS))]
    return [
        Span(first, end, f"{first:%b}", f"{first:%B %Y}")
        for first, end in zip(firsts, firsts[1:], strict=False)
    ]


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _name(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
