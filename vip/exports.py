"""This app's part of a member's own copy of his data."""

from typing import Any

from vip.models import Grant, Membership

GRANTS_MAX = 10_000


def export_member(member_id: int) -> dict[str, Any]:
    until = Membership.objects.values_list("vip_until", flat=True).filter(pk=member_id).first()
    grants = Grant.objects.filter(membership=member_id).order_by("-id")
    fields = ("created_at", "kind", "days", "price", "until_before", "until_after")
    return {"vip_until": until, "grants": list(grants.values(*fields)[:GRANTS_MAX])}
