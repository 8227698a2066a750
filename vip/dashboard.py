"""What the home page shows of VIP."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from project.figures import Chart, Days, Figure, Reading
from project.selectors import sum_by_day
from vip.models import Grant, Membership
from vip.reports.sales import SOLD

SOON = timedelta(hours=24)


def vip_now(now: datetime) -> Reading:
    # Index membership_expiry.
    live = Membership.objects.filter(vip_until__gt=now)
    soon = live.filter(vip_until__lte=now + SOON).count()
    return Reading(live.count(), f"{soon:,} end within 24 hours")


def sold_and_granted(first: date, end: date) -> Days:
    return sum_by_day(
        # Index grant_newest.
        Grant.objects.all(),
        "created_at",
        first,
        end,
        sold=Count("pk", filter=Q(kind__in=SOLD)),
        granted=Count("pk", filter=Q(kind=Grant.Kind.STAFF)),
    )


FIGURES = [
    Figure(
        label="VIP",
        icon="workspace_premium",
        view="admin:vip_membership_changelist",
        permission="vip.view_membership",
        read=vip_now,
    )
]
CHARTS = [
    Chart(
        name="vip.sold_and_granted",
        title="VIP sold and granted",
        series={"sold": "Sold", "granted": "Granted"},
        view="admin:vip_grant_changelist",
        permission="vip.view_grant",
        read=sold_and_granted,
    )
]
