"""What an app offers to the home page: figures as cards, and charts by day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["plain", "good", "warn"]
# One row a day and series: the day, and the day's figures by series.
Days = Mapping[date, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a card shows now. The note says what the value alone does not."""

    value: int | str
    note: str = ""
    state: State = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A card of the home page. It leads to `view` with `query`, its own list, filtered."""

    label: str
    icon: str
    view: str
    permission: str
    read: Callable[[datetime], Reading]
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Figures by day. `read(first, end)` sums the days from first up to, without, end.

    `series` are the figures' names with those in the legend. A day that is over is
    read once and kept: rename the chart when its meaning changes.
    """

    name: str
    title: str
    series: Mapping[str, str]
    view: str
    permission: str
    read: Callable[[date, date], Days]
    kind: Literal["bar", "line"] = "bar"
    # Bars of one day upon each other, for the parts of one sum.
    is_stacked: bool = False
