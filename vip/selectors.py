"""Reads of the VIP app."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from vip.expiry import extend as extend
from vip.models import Grant, Membership, Plan


def vip_until(member_id: int) -> datetime | None:
    """The expiry as it stands, past or ahead; None for who was never VIP."""
    return Membership.objects.filter(pk=member_id).values_list("vip_until", flat=True).first()


def is_vip(member_id: int, now: datetime) -> bool:
    return Membership.objects.filter(pk=member_id, vip_until__gt=now).exists()


def list_vips(member_ids: Iterable[int], now: datetime) -> set[int]:
    """Which of these members are VIP: one query for a page of them."""
    rows = Membership.objects.filter(pk__in=list(member_ids), vip_until__gt=now)
    return set(rows.values_list("pk", flat=True))


def list_plans() -> list[Plan]:
    """What is on sale, shortest first."""
    return list(Plan.objects.filter(is_active=True))


def find_plan(plan_id: int) -> Plan | None:
    return Plan.objects.filter(pk=plan_id, is_active=True).first()


def find_last_plan(member_id: int) -> Plan | None:
    """What the member bought last, if it is still on sale."""
    grants = Grant.objects.filter(membership=member_id, plan__isnull=False)
    grant = grants.select_related("plan").order_by("-id").first()
    return grant.plan if grant and grant.plan and grant.plan.is_active else None


def active_memberships(now: datetime) -> QuerySet[Membership]:
    """By the index membership_expiry."""
    return Membership.objects.filter(vip_until__gt=now)


def expiring_memberships(now: datetime, until: datetime) -> QuerySet[Membership]:
    """Those that end in the span, the next one first."""
    return Membership.objects.filter(vip_until__gt=now, vip_until__lte=until).order_by("vip_until")


def count_vips(now: datetime) -> int:
    return active_memberships(now).count()


def list_grants(member_id: int, limit: int = 50) -> list[Grant]:
    """Everything that moved a member's expiry, newest first."""
    grants = Grant.objects.filter(membership=member_id).select_related("plan")
    return list(grants.order_by("-id")[:limit])


def export_member(member_id: int) -> dict[str, Any]:
    """What the app knows of a member, for the file he may ask for."""
    grants = Grant.objects.filter(membership=member_id).order_by("id")
    return {
        "vip_until": vip_until(member_id),
        "grants": list(
            grants.values(
                "kind", "days", "until_before", "until_after", "price", "reason", "created_at"
            )
        ),
    }
