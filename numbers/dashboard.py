"""What the home page shows of numbers."""

from datetime import date, datetime

from django.db.models import Count

from numbers.models import InboundSms, Lease
from numbers.selectors import count_free, count_lease_days
from project.figures import Chart, Days, Figure, Reading
from project.selectors import count_bounded, merge_days, sum_by_day


def free_numbers(now: datetime) -> Reading:
    count = sum(count_free().values())
    return Reading(
        count,
        "Import a file for more" if count == 0 else "Ready to be leased",
        "warn" if count == 0 else "good",
    )


def live_leases(now: datetime) -> Reading:
    # settled_at is named for the index lease_unsettled.
    live = Lease.objects.filter(ended_at__isnull=True, settled_at__isnull=True, expires_at__gt=now)
    count = count_bounded(live)
    return Reading(count, "Numbers held by members now")


def leases_and_sms(first: date, end: date) -> Days:
    return merge_days(
        count_lease_days(first, end),
        # Index sms_newest.
        sum_by_day(InboundSms.objects.all(), "received_at", first, end, sms=Count("pk")),
    )


FIGURES = [
    Figure(
        label="Free numbers",
        icon="dialpad",
        view="admin:numbers_number_changelist",
        query="state__exact=free",
        permission="numbers.view_number",
        read=free_numbers,
    ),
    Figure(
        label="Live leases",
        icon="timer",
        view="admin:numbers_lease_changelist",
        permission="numbers.view_lease",
        read=live_leases,
    ),
]
CHARTS = [
    Chart(
        name="numbers.leases_and_sms",
        title="Leases and SMS",
        series={"leases": "Leases", "sms": "SMS"},
        kind="line",
        view="admin:numbers_lease_changelist",
        permission="numbers.view_lease",
        read=leases_and_sms,
    )
]
