"""This app's part of a member's own copy of his data."""

from typing import Any

from numbers.models import InboundSms, Lease, PoolWait, RulesAcceptance

LEASES_MAX = 10_000


def export_member(member_id: int) -> dict[str, Any]:
    leases = Lease.objects.filter(member=member_id).order_by("-id")
    messages = InboundSms.objects.filter(
        lease__member=member_id, is_blocked=False, purged_at__isnull=True
    ).order_by("-id")
    lease_fields = ("number__e164", "started_at", "expires_at", "ended_at", "price", "refunded_at")
    waits = PoolWait.objects.filter(member=member_id).order_by("-id")
    rules = RulesAcceptance.objects.filter(member=member_id).order_by("-id")
    message_fields = ("to_e164", "sender", "text", "received_at")
    return {
        "leases": list(leases.values(*lease_fields)[:LEASES_MAX]),
        "waits_for_numbers": list(waits.values("pool__name", "joined_at")),
        "rules_agreed_to": list(rules.values("pool__name", "version", "accepted_at")[:LEASES_MAX]),
        "messages": list(messages.values(*message_fields)[:LEASES_MAX]),
    }
