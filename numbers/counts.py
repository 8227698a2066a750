"""Sums of what the database counts beside the numbers and leases (numbers/triggers.py)."""

from datetime import date

from django.db.models import Sum

from numbers.models import LeaseDay, Number, StockCount


def count_free() -> dict[int, int]:
    """Free numbers by pool: the sums of what is kept of them, by the index stock_of_state."""
    free = StockCount.objects.filter(state=Number.State.FREE).order_by()
    return dict(free.values_list("pool_id").annotate(count=Sum("amount")))


def count_states(**of: int) -> dict[str, int]:
    """Numbers by state of a batch_id, by the index stock_of_batch, or of a pool_id."""
    # stock_of_state: the states are named so that it serves.
    rows = StockCount.objects.filter(state__in=Number.State.values, **of).order_by()
    counts = dict(rows.values_list("state").annotate(count=Sum("amount")))
    return {state: int(counts.get(state, 0)) for state in Number.State.values}


def count_kept(**of: int | str) -> int:
    """Numbers of a state, a pool_id or a batch_id, or all there are, without counting one."""
    # Its three indexes are few rows long: the counts are folded.
    kept = StockCount.objects.filter(**of).order_by()
    return int(kept.aggregate(sum=Sum("amount"))["sum"] or 0)


def count_lease_days(first: date, end: date, **of: int) -> dict[date, dict[str, int]]:
    """Leases by the day they began, from first up to, without, end: all, with an SMS, waits.

    Of all, of a pool_id or of a batch_id; there is an index with the day for each.
    """
    rows = LeaseDay.objects.filter(day__gte=first, day__lt=end, **of).order_by().values("day")
    names = ("leases", "with_sms", "wait_seconds")
    sums = rows.annotate(**{f"{name}_sum": Sum(name) for name in names})
    return {
        day: {name: int(count) for name, count in zip(names, counts, strict=True)}
        for day, *counts in sums.values_list("day", *(f"{name}_sum" for name in names))
    }
