"""What the home page and a member's page show of Stars."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from project.figures import Chart, Figure, Reading
from project.panels import Panel
from vip.models import StarPayment, SupportRequest
from vip.reports import stars
from vip.selectors import find_open_request, list_star_payments
from vip.star_states import filter_by_state

if TYPE_CHECKING:
    from accounts.models import Member

MONTH = timedelta(days=30)


def earned_in_stars(now: datetime) -> Reading:
    # Index star_payment_newest.
    paid = StarPayment.objects.filter(paid_at__gt=now - MONTH)
    total = paid.aggregate(total=Sum("stars"))["total"] or 0
    unmatched = filter_by_state(StarPayment.objects.all(), "unmatched").count()
    if unmatched:
        return Reading(f"⭐ {total:,}", f"{unmatched:,} could not be matched", "warn")
    return Reading(f"⭐ {total:,}", "Paid in 30 days, before refunds")


def open_requests(now: datetime) -> Reading:
    # Index support_request_open.
    waiting = SupportRequest.objects.filter(answered_at=None).count()
    return Reading(waiting, "Members wait for an answer" if waiting else "Nobody waits")


def read_stars(member: "Member", now: datetime) -> dict[str, Any]:
    return {
        "payments": list_star_payments(member.pk),
        "open_request": find_open_request(member.pk),
    }


FIGURES = [
    Figure(
        label="Stars",
        icon="star",
        view="admin:vip_starpayment_changelist",
        permission="vip.view_starpayment",
        read=earned_in_stars,
    ),
    Figure(
        label="Payment requests",
        icon="contact_support",
        view="admin:vip_supportrequest_changelist",
        permission="vip.view_supportrequest",
        read=open_requests,
        query="state=open",
    ),
]
CHARTS = [
    Chart(
        # The days that are over are the report's: summed once for both.
        name=stars.NAME,
        title="Stars paid and refunded",
        series={"stars": "Paid", "stars_back": "Refunded"},
        view="admin:vip_starpayment_changelist",
        permission="vip.view_starpayment",
        read=stars.read_stars,
    )
]
PANELS = [
    Panel(
        title="Stars",
        icon="star",
        template="admin/member/stars.html",
        permission="vip.view_starpayment",
        read=read_stars,
        view="admin:vip_starpayment_changelist",
        query="member={}",
    )
]
