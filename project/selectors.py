"""Counting and grouping by day, bounded, for pages that show figures."""

from collections import defaultdict
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Aggregate, QuerySet
from django.db.models.functions import TruncDate

COUNT_MAX = 100_000


def day_start(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def count_bounded(queryset: QuerySet[Any]) -> int | str:
    """The count, or "100,000+": an exact count of millions helps nobody on a card."""
    count = queryset.order_by()[: COUNT_MAX + 1].count()
    return count if count <= COUNT_MAX else f"{COUNT_MAX:,}+"


def sum_by_day(
    queryset: QuerySet[Any], field: str, first: date, end: date, **sums: Aggregate
) -> dict[date, dict[str, int]]:
    """Aggregates the rows of each UTC day from first up to, without, end, by `field`'s index."""
    span = {
        f"{field}__gte": datetime.combine(first, time(), UTC),
        f"{field}__lt": datetime.combine(end, time(), UTC),
    }
    rows = (
        queryset.filter(**span)
        .annotate(day_of_row=TruncDate(field, tzinfo=UTC))
        .order_by()
        .values("day_of_row")
        .annotate(**sums)
    )
    return {row["day_of_row"]: {name: row[name] or 0 for name in sums} for row in rows}


def merge_days(*parts: dict[date, dict[str, int]]) -> dict[date, dict[str, int]]:
    merged: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for part in parts:
        for day, figures in part.items():
            merged[day].update(figures)
    return dict(merged)
