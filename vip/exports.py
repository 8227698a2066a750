"""This app's part of a member's own copy of his data."""

from typing import Any

from vip.models import AutoSearch, Boost, Grant, Membership

GRANTS_MAX = 10_000


def export_member(member_id: int) -> dict[str, Any]:
    until = Membership.objects.values_list("vip_until", flat=True).filter(pk=member_id).first()
    grants = Grant.objects.filter(membership=member_id).order_by("-id")
    fields = ("created_at", "kind", "days", "price", "until_before", "until_after")
    auto_search = AutoSearch.objects.filter(pk=member_id)
    boosts = Boost.objects.filter(member=member_id).order_by("-id")
    return {
        "vip_until": until,
        "grants": list(grants.values(*fields)[:GRANTS_MAX]),
        # The searches themselves are entries of the ledger.
        "auto_search": auto_search.values("is_on", "count", "boost", "boost_until").first(),
        "boosts": list(
            boosts.values("created_at", "added", "boost_after", "until_after")[:GRANTS_MAX]
        ),
    }
