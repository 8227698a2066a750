"""This app's part of a member's own copy of his data."""

from typing import Any

from django.db.models import F

from vip.models import (
    AutoSearch,
    Boost,
    Grant,
    Membership,
    Pass,
    SeenBefore,
    StarPayment,
    StarRefund,
    SupportRequest,
    VideoReport,
    VideoView,
)

# Of each list, the newest: an export is one message.
ROWS_MAX = 10_000
_GRANT = ("created_at", "kind", "days", "price", "until_before", "until_after")
# Not the link: it is good for premium until it is used.
_PASS = ("offered_at", "opened_at", "proved_at", "granted_at", "until_after")


def export_member(member_id: int) -> dict[str, Any]:
    held = Membership.objects.filter(pk=member_id).values("vip_until", "premium_until").first()
    grants = Grant.objects.filter(membership=member_id).order_by("-id")
    auto_search = AutoSearch.objects.filter(pk=member_id)
    boosts = Boost.objects.filter(member=member_id).order_by("-id")
    # Index pass_of_member.
    passes = Pass.objects.filter(member=member_id).order_by("-id")
    # Index video_view_once_a_round.
    views = VideoView.objects.filter(member=member_id).order_by("-viewed_at")
    reports = VideoReport.objects.filter(member=member_id).order_by("-created_at")
    return {
        **(held or {"vip_until": None, "premium_until": None}),
        "grants": list(grants.values(*_GRANT)[:ROWS_MAX]),
        # The searches themselves are entries of the ledger.
        "auto_search": auto_search.values("is_on", "count", "boost", "boost_until").first(),
        "boosts": list(
            boosts.values("created_at", "added", "boost_after", "until_after")[:ROWS_MAX]
        ),
        "passes": list(passes.values(*_PASS)[:ROWS_MAX]),
        "videos_seen": list(
            views.values("viewed_at", "round", number=F("video__number"))[:ROWS_MAX]
        ),
        "videos_seen_before": list(
            # Index seen_before_once.
            SeenBefore.objects.filter(member=member_id)
            .order_by("number")
            .values_list("number", flat=True)[:ROWS_MAX]
        ),
        "videos_reported": list(
            reports.values("created_at", "reason", number=F("video__number"))[:ROWS_MAX]
        ),
    }


def export_stars(member_id: int) -> dict[str, Any]:
    """Without Telegram's ids of the charges: those are in his own app."""
    payments = StarPayment.objects.filter(member=member_id).order_by("-id")
    refunds = StarRefund.objects.filter(payment__member=member_id).order_by("-id")
    requests = SupportRequest.objects.filter(member=member_id).order_by("-id")
    of_refund = ("begun_at", "finished_at", "state", "payment__stars", "taken")
    return {
        "payments": list(payments.values("paid_at", "stars", "points")[:ROWS_MAX]),
        "refunds": list(refunds.values(*of_refund)[:ROWS_MAX]),
        "requests": list(requests.values("created_at", "text", "answered_at", "answer")[:ROWS_MAX]),
    }
