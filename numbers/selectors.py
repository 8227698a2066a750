"""Reads of the numbers app."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from numbers.counts import count_free, count_kept, count_lease_days, count_states
from numbers.models import (
    Batch,
    BatchJob,
    InboundSms,
    Lease,
    NumbersSettings,
    Pool,
    PoolWait,
    RulesAcceptance,
)
from numbers.phones import flag_of, format_e164, format_international
from numbers.providers.sandbox import sandbox_list_provider, sandbox_provider
from numbers.statistics import (
    BatchUse,
    PoolUse,
    find_batch_use,
    list_batch_uses,
    list_pool_uses,
    read_use,
)
from project.selectors import count_bounded
from project.sql import hot_cursor

__all__ = [
    "LIMIT_COLUMNS",
    "BatchUse",
    "Limits",
    "PoolOffer",
    "PoolUse",
    "count_free",
    "count_kept",
    "count_lease_days",
    "count_states",
    "count_stock",
    "find_batch_use",
    "find_lease",
    "find_offer",
    "find_rules",
    "find_sms",
    "find_wait",
    "flag_of",
    "format_e164",
    "format_international",
    "get_settings",
    "has_to_agree",
    "list_batch_uses",
    "list_leased_numbers",
    "list_live_leases",
    "list_offers",
    "list_pool_uses",
    "make_limits",
    "place_of",
    "read_limits",
    "read_use",
    "read_wait",
    "sandbox_list_provider",
    "sandbox_provider",
]


PLACE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class PoolOffer:
    """A pool as it is offered: what is free in it, and what a lease costs."""

    pool_id: int
    name: str
    flag: str
    price: int
    free: int


@dataclass(frozen=True, slots=True)
class Limits:
    lease_minutes: int
    leases_at_once: int
    leases_at_once_vip: int
    leases_per_day: int


LIMIT_COLUMNS = ", ".join(Limits.__slots__)
_LIMITS = f"SELECT {LIMIT_COLUMNS} FROM numbers_numberssettings"  # noqa: S608


def get_settings() -> NumbersSettings:
    """The numbers that the owner may change."""
    return NumbersSettings.read()


def read_limits() -> Limits:
    """What each lease needs of get_settings, at a fifth of the cost."""
    with hot_cursor() as cursor:
        cursor.execute(_LIMITS, [])
        row = cursor.fetchone()
    return make_limits(row)


def make_limits(row: Sequence[int | None] | None) -> Limits:
    """Of the columns LIMIT_COLUMNS; the defaults until somebody saves them."""
    if row and row[0] is not None:
        return Limits(*(int(value or 0) for value in row))
    return Limits(*(getattr(NumbersSettings(), name) for name in Limits.__slots__))


def list_offers() -> list[PoolOffer]:
    """The pools offered to members, by name. Two queries."""
    free = count_free()
    return [
        PoolOffer(pool.pk, pool.name, flag_of(pool.country), pool.price, free.get(pool.pk, 0))
        for pool in Pool.objects.filter(is_active=True)
    ]


def find_offer(pool_id: int) -> PoolOffer | None:
    """One pool offered to members."""
    pool = Pool.objects.filter(pk=pool_id, is_active=True).first()
    if pool is None:
        return None
    free = count_free().get(pool.pk, 0)
    return PoolOffer(pool.pk, pool.name, flag_of(pool.country), pool.price, free)


def find_rules(pool_id: int) -> Pool | None:
    """A pool offered that has rules."""
    return Pool.objects.filter(pk=pool_id, is_active=True).exclude(rules="").first()


def has_to_agree(member_id: int, pool_id: int) -> bool:
    """Whether the pool has rules that he has not agreed to as they are now."""
    agreed = RulesAcceptance.objects.filter(
        member_id=member_id, pool_id=OuterRef("pk"), version=OuterRef("rules_version")
    )
    pools = Pool.objects.filter(~Exists(agreed), pk=pool_id).exclude(rules="")
    return pools.exists()


def find_wait(member_id: int, pool_id: int, now: datetime) -> PoolWait | None:
    """His place in a pool's queue; None when he has none, or what was held for him no more."""
    mine = PoolWait.objects.filter(member_id=member_id, pool_id=pool_id)
    return mine.filter(Q(held_until__isnull=True) | Q(held_until__gt=now)).first()


def read_wait(wait_id: int) -> PoolWait | None:
    """With its pool."""
    return PoolWait.objects.select_related("pool").filter(pk=wait_id).first()


def place_of(wait: PoolWait) -> tuple[int, bool]:
    """The place of one who is not told yet, from 1; past PLACE_MAX that, and True.

    By the index pool_wait_next: nobody reads a hundred thousand rows to learn that it is long.
    """
    ahead = PoolWait.objects.filter(
        pool_id=wait.pool_id, held_until__isnull=True, pk__lt=wait.pk
    ).order_by()
    count = ahead[:PLACE_MAX].count()
    return min(count + 1, PLACE_MAX), count >= PLACE_MAX


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
    """Numbers free, and held: these counted, bounded, by the index lease_unsettled."""
    # settled_at is named for the index.
    held = Lease.objects.filter(ended_at=None, settled_at=None, expires_at__gt=now)
    return sum(count_free().values()), count_bounded(held)


def list_pools() -> list[Pool]:
    """All pools, by name, for those who fill them."""
    return list(Pool.objects.all())


def find_pool(pool_id: int | None, name: str) -> Pool | None:
    """By its number, else by its name."""
    found = Pool.objects.filter(pk=pool_id) if pool_id else Pool.objects.filter(name=name)
    return found.first()


def find_batch(batch_id: int) -> Batch | None:
    return Batch.objects.select_related("pool").filter(pk=batch_id).first()


def list_batches_named(word: str, limit: int) -> list[Batch]:
    """Files by the number of their batch, or by their whole name; the newest first."""
    is_number = word.isascii() and word.isdecimal() and len(word) <= 18
    wanted = Q(pk=int(word)) if is_number else Q(original_name__iexact=word)
    batches = Batch.objects.filter(wanted).exclude(state=Batch.State.DELETED)
    return list(batches.select_related("pool").order_by("-created_at", "-pk")[:limit])


def find_batch_job(batch_id: int) -> BatchJob | None:
    """The newest work on a batch. Index batch_job_of_batch."""
    return BatchJob.objects.filter(batch=batch_id).order_by("-pk").first()


def find_job(job_id: int) -> BatchJob | None:
    """With its batch and pool."""
    return BatchJob.objects.select_related("batch__pool").filter(pk=job_id).first()


def find_own_batch(batch_id: int | None, created_at: datetime | None) -> int | None:
    """The batch, if it was made by the very act of that moment."""
    if batch_id is None or created_at is None:
        return None
    batches = Batch.objects.filter(pk=batch_id, created_at=created_at)
    return batches.values_list("pk", flat=True).first()
