"""How many offered ads were opened, and brought premium."""

from datetime import date, datetime

from django.db.models import Count

from project.figures import Chart, Days, Figure, Reading
from project.selectors import count_bounded, day_start, merge_days, sum_by_day
from vip.models import Membership, Pass, PassDay

SERIES = {"offered": "Offered", "opened": "Opened", "granted": "Granted"}


def passes_by_day(first: date, end: date) -> Days:
    """Each count by its own day, so that a day that is over stays as it was.

    Indexes pass_offered, pass_opened, pass_granted; what was deleted is in PassDay.
    """
    days = merge_days(
        *(
            sum_by_day(Pass.objects.all(), f"{name}_at", first, end, **{name: Count("pk")})
            for name in SERIES
        )
    )
    for gone in PassDay.objects.filter(day__gte=first, day__lt=end):
        figures = days.setdefault(gone.day, {})
        figures["offered"] = figures.get("offered", 0) + gone.offered
        figures["opened"] = figures.get("opened", 0) + gone.opened
    return days


def premium_now(now: datetime) -> Reading:
    # Indexes membership_premium_expiry and pass_granted.
    live = count_bounded(Membership.objects.filter(premium_until__gt=now))
    today = count_bounded(Pass.objects.filter(granted_at__gte=day_start(now)))
    return Reading(live, f"{today:,} by ad today" if isinstance(today, int) else f"{today} today")


FIGURES = [
    Figure(
        label="Premium",
        icon="local_activity",
        view="admin:vip_membership_changelist",
        query="state=premium",
        permission="vip.view_membership",
        read=premium_now,
    )
]
CHARTS = [
    Chart(
        name="vip.passes",
        title="Premium by ad",
        series=SERIES,
        view="admin:vip_pass_changelist",
        permission="vip.view_pass",
        read=passes_by_day,
        kind="line",
    )
]
