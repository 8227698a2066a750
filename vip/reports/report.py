"""The report of one period: its days, kept and of today, summed over its spans."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from project.day_totals import DAYS_AT_ONCE, list_days, read_closed_days
from project.figures import Days
from project.kept import keep
from vip.models import Grant, Plan

from . import renewals, sales, stars
from .memberships import Memberships, count_memberships
from .periods import Period, Span, list_periods


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What one plan sold in the period."""

    code: str
    bought: int
    bought_points: int
    given: int
    given_points: int

    @property
    def points(self) -> int:
        return self.bought_points + self.given_points


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`sales`, `stars` and `renewals` are the figures of the period's spans, in their order."""

    period: Period
    sales: tuple[Mapping[str, int], ...]
    stars: tuple[Mapping[str, int], ...]
    renewals: tuple[Mapping[str, int], ...]
    plans: tuple[PlanRow, ...]
    memberships: Memberships
    # Ends from this day on can still be renewed: they are not counted yet.
    renewals_end: date
    # Before this day the history has not been summed yet; None when it all has.
    complete_from: date | None

    @property
    def revenue(self) -> int:
        return sum(plan.points for plan in self.plans)

    @property
    def stars_kept(self) -> int:
        """Paid, less what was refunded in the same time."""
        return sum(day.get("stars", 0) - day.get("stars_back", 0) for day in self.stars)

    @property
    def due(self) -> int:
        return sum(figures.get("due", 0) for figures in self.renewals)

    @property
    def renewed(self) -> int:
        return sum(figures.get("renewed", 0) for figures in self.renewals)

    @property
    def renewed_share(self) -> Fraction | None:
        return Fraction(self.renewed, self.due) if self.due else None


def make_report(code: str, now: datetime) -> Report:
    """The period is one of list_periods. At most a month that nobody has summed yet is summed."""
    today = now.astimezone(UTC).date()
    period = list_periods(today)[code]
    settled = renewals.end_of_settled(today)
    sold = _read_with_today(sales.NAME, sales.read_sales, period.first, today)
    paid = _read_with_today(stars.NAME, stars.read_stars, period.first, today)
    renewed = _read_renewals(period.first, settled, at_most=DAYS_AT_ONCE)
    missing = [day for day in list_days(period.first, today) if day not in sold or day not in paid]
    missing += [day for day in list_days(period.first, settled) if day not in renewed]
    return Report(
        period=period,
        sales=tuple(_sum_span(span, sold) for span in period.spans),
        stars=tuple(_sum_span(span, paid) for span in period.spans),
        renewals=tuple(_sum_span(span, renewed) for span in period.spans),
        plans=_list_plans(sold),
        memberships=keep("vip.report.memberships", lambda: count_memberships(now)),
        renewals_end=settled,
        complete_from=max(missing) + timedelta(days=1) if missing else None,
    )


def close_report_days(now: datetime) -> None:
    """Sums all days of the longest period that are over and were not summed yet."""
    today = now.astimezone(UTC).date()
    first = min(period.first for period in list_periods(today).values())
    read_closed_days(sales.NAME, sales.read_sales, first, today)
    read_closed_days(stars.NAME, stars.read_stars, first, today)
    _read_renewals(first, renewals.end_of_settled(today))


def _read_with_today(
    name: str, read: Callable[[date, date], Days], first: date, today: date
) -> dict[date, dict[str, int]]:
    days = read_closed_days(name, read, first, today, at_most=DAYS_AT_ONCE)
    of_today = keep(f"{name}:{today}", lambda: read(today, today + timedelta(days=1)))
    return days | {day: dict(figures) for day, figures in of_today.items()}


def _read_renewals(
    first: date, end: date, at_most: int | None = None
) -> dict[date, dict[str, int]]:
    return read_closed_days(renewals.NAME, renewals.read_renewals, first, end, at_most=at_most)


def _sum_span(span: Span, days: Days) -> Mapping[str, int]:
    """With the sums over all plans as `bought` and `given`, in points."""
    figures: Counter[str] = Counter()
    for day in list_days(span.first, span.end):
        figures.update(days.get(day, {}))
    figures["bought"] = _sum_points(figures, Grant.Kind.PURCHASE)
    figures["given"] = _sum_points(figures, Grant.Kind.GIFT)
    return figures


def _sum_points(figures: Mapping[str, int], kind: str) -> int:
    return sum(
        value
        for key, value in figures.items()
        if key.startswith(f"{kind}:") and key.endswith(":points")
    )


def _list_plans(days: Days) -> tuple[PlanRow, ...]:
    """Those that sold, the one that brought most first; one off sale stays in what it sold."""
    total: Counter[str] = Counter()
    for figures in days.values():
        total.update(figures)
    codes = dict(Plan.objects.values_list("pk", "code"))
    sold = {int(key.split(":")[1]) for key in total if ":" in key}
    rows = [
        PlanRow(
            codes.get(pk, "—"),
            total[sales.key_of(Grant.Kind.PURCHASE, pk, "sold")],
            total[sales.key_of(Grant.Kind.PURCHASE, pk, "points")],
            total[sales.key_of(Grant.Kind.GIFT, pk, "sold")],
            total[sales.key_of(Grant.Kind.GIFT, pk, "points")],
        )
        for pk in sold
    ]
    return tuple(sorted(rows, key=lambda row: (-row.points, row.code)))
