"""Reads of the numbers app."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from numbers.models import InboundSms, Lease, Number, NumbersSettings, Pool
from numbers.phones import flag_of, format_e164, format_international
from numbers.providers.sandbox import sandbox_provider
from project.selectors import count_bounded

__all__ = [
    "PoolOffer",
    "count_free",
    "count_stock",
    "find_lease",
    "find_sms",
    "flag_of",
    "format_e164",
    "format_international",
    "get_settings",
    "list_leased_numbers",
    "list_live_leases",
    "list_offers",
    "sandbox_provider",
]


@dataclass(frozen=True, slots=True)
class PoolOffer:
    """A pool as it is offered: what is free in it, and what a lease costs."""

    pool_id: int
    name: str
    flag: str
    price: int
    free: int


def get_settings() -> NumbersSettings:
    """The editable numbers; the defaults until somebody saves them."""
    return NumbersSettings.objects.first() or NumbersSettings()


def count_free() -> dict[int, int]:
    """Free numbers by pool, counted on the partial index number_draw alone."""
    free = Number.objects.filter(state=Number.State.FREE).order_by()
    return dict(free.values_list("pool_id").annotate(count=Count("pk")))


def list_offers() -> list[PoolOffer]:
    """The pools offered to members, by name. Two queries."""
    free = count_free()
    return [
        PoolOffer(pool.pk, pool.name, flag_of(pool.country), pool.price, free.get(pool.pk, 0))
        for pool in Pool.objects.filter(is_active=True)
    ]


def list_live_leases(member_id: int, now: datetime) -> list[Lease]:
    """What a member holds, the newest first."""
    live = Lease.objects.filter(_live(now), member_id=member_id)
    return list(_with_number(live).order_by("-started_at", "-pk"))


def find_lease(lease_id: int) -> Lease | None:
    """With its number, pool and batch."""
    return _with_number(Lease.objects.all()).filter(pk=lease_id).first()


def find_sms(sms_id: int) -> InboundSms | None:
    """With its lease and number."""
    return InboundSms.objects.select_related("lease__number").filter(pk=sms_id).first()


def list_leased_numbers() -> list[dict[str, str]]:
    """The numbers held right now, for the sandbox's "send an SMS to this number"."""
    leases = Lease.objects.filter(_live(timezone.now())).select_related("member", "number__pool")
    return [
        {
            "number": format_e164(lease.number.e164),
            "display": format_international(lease.number.e164),
            "holder": lease.member.display_name,
            "pool": lease.number.pool.name,
            "expires_at": lease.expires_at.isoformat(),
        }
        for lease in leases.order_by("-started_at")[:100]
    ]


def _with_number(leases: QuerySet[Lease]) -> QuerySet[Lease]:
    return leases.select_related("number__pool", "number__batch")


def _live(now: datetime) -> Q:
    # settled_at is named for the partial index lease_unsettled.
    return Q(ended_at__isnull=True, settled_at__isnull=True, expires_at__gt=now)


def count_stock(now: datetime) -> tuple[int | str, int | str]:
    """Numbers free and held, bounded. Indexes number_draw_any and lease_unsettled."""
    free = Number.objects.filter(state=Number.State.FREE)
    # settled_at is named for the index.
    held = Lease.objects.filter(ended_at=None, settled_at=None, expires_at__gt=now)
    return count_bounded(free), count_bounded(held)
