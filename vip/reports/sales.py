"""What was paid for VIP, by day: by plan, for oneself or for another; firsts and repeats."""

from collections import defaultdict
from datetime import UTC, date, datetime, time

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from project.figures import Days
from project.selectors import merge_days, sum_by_day
from vip.models import Grant

NAME = "vip.report.sales"
# Paid for in points, for oneself or for somebody else.
SOLD = (Grant.Kind.PURCHASE, Grant.Kind.GIFT)


def key_of(kind: str, plan_id: int | None, figure: str) -> str:
    """`figure` is sold or points."""
    return f"{kind}:{plan_id or 0}:{figure}"


def read_sales(first: date, end: date) -> Days:
    return merge_days(_by_plan(first, end), _by_first(first, end))


def _by_plan(first: date, end: date) -> dict[date, dict[str, int]]:
    """By the index grant_newest. A grant holds the price of its day, whatever a plan costs now."""
    rows = (
        Grant.objects.filter(
            kind__in=SOLD,
            created_at__gte=datetime.combine(first, time(), UTC),
            created_at__lt=datetime.combine(end, time(), UTC),
        )
        .annotate(day=TruncDate("created_at", tzinfo=UTC))
        .order_by()
        .values_list("day", "kind", "plan_id")
        .annotate(sold=Count("pk"), points=Sum("price"))
    )
    days: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for day, kind, plan_id, sold, points in rows:
        days[day][key_of(kind, plan_id, "sold")] = sold
        days[day][key_of(kind, plan_id, "points")] = points
    return days


def _by_first(first: date, end: date) -> dict[date, dict[str, int]]:
    """Whether a member bought for the first time: his earlier ones by the index grant_history."""
    earlier = Grant.objects.filter(
        membership=OuterRef("membership"), pk__lt=OuterRef("pk"), kind=Grant.Kind.PURCHASE
    )
    purchases = Grant.objects.filter(kind=Grant.Kind.PURCHASE)
    return sum_by_day(
        purchases.annotate(is_repeat=Exists(earlier)),
        "created_at",
        first,
        end,
        firsts=Count("pk", filter=Q(is_repeat=False)),
        repeats=Count("pk", filter=Q(is_repeat=True)),
    )
