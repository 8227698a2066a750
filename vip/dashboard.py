"""What the home page shows of VIP."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.template.defaultfilters import pluralize

from project.figures import Chart, Days, Figure, Reading
from project.selectors import count_bounded, sum_by_day
from vip.models import AutoSearch, AutoSearchDay, Grant, Membership
from vip.reports.sales import SOLD

SOON = timedelta(hours=24)


def vip_now(now: datetime) -> Reading:
    # Index membership_expiry.
    live = Membership.objects.filter(vip_until__gt=now)
    soon = live.filter(vip_until__lte=now + SOON).count()
    return Reading(live.count(), f"{soon:,} end{pluralize(soon, 's,')} within 24 hours")


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


def searched(first: date, end: date) -> Days:
    days = AutoSearchDay.objects.filter(day__gte=first, day__lt=end)
    return {row.day: {"searches": row.searches, "points": row.points} for row in days}


def searched_for(now: datetime) -> Reading:
    # Index auto_search_on.
    switched_on = AutoSearch.objects.filter(is_on=True)
    resting = switched_on.filter(due_at=None)
    return Reading(count_bounded(switched_on), f"{count_bounded(resting)} rest without VIP")


FIGURES = [
    Figure(
        label="VIP",
        icon="workspace_premium",
        view="admin:vip_membership_changelist",
        permission="vip.view_membership",
        read=vip_now,
    ),
    Figure(
        label="Auto-search on",
        icon="smart_toy",
        view="admin:vip_autosearch_changelist",
        permission="vip.view_autosearch",
        query="is_on__exact=1",
        read=searched_for,
    ),
]
CHARTS = [
    Chart(
        name="vip.sold_and_granted",
        title="VIP sold and granted",
        series={"sold": "Sold", "granted": "Granted"},
        view="admin:vip_grant_changelist",
        permission="vip.view_grant",
        read=sold_and_granted,
    ),
    Chart(
        name="vip.auto_search",
        title="Auto-search",
        series={"searches": "Searches", "points": "Points found"},
        view="admin:vip_autosearch_changelist",
        permission="vip.view_autosearch",
        read=searched,
    ),
]
