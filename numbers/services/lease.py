"""A member takes a number, keeps it longer, changes it or gives it back.

Locks in one order everywhere: the member's wallet, then leases, then numbers.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from numbers.errors import (
    AlreadyExtended,
    LeaseOver,
    LeasesOfDayUsed,
    TooManyLeases,
)
from numbers.models import Lease, Number
from numbers.selectors import LIMIT_COLUMNS, Limits, find_lease, make_limits, read_limits
from points.services import Cause, HeldWallet, debit, lock_wallet
from project.sql import adapt_time, hot_cursor
from vip.selectors import is_vip

from .doors import open_doors, take_turn
from .drawing import Wanted
from .ending import end_by_time, give_back, settle, tell_expired

DAY = timedelta(hours=24)
# No lease lives longer: the longest there may be, extended once.
LEASE_AGE_MAX = timedelta(days=2)

# Plain SQL on the way of every lease; through the ORM the same work takes four times as long.
# His own of the last days only, by the index lease_of_member: a history grows for years.
_COUNT = f"""
    SELECT made.*, {LIMIT_COLUMNS} FROM (
        SELECT (SELECT id FROM numbers_lease WHERE key = %s AND member_id = %s),
            COUNT(CASE WHEN started_at > %s THEN 1 END),
            COUNT(CASE WHEN ended_at IS NULL AND expires_at > %s THEN 1 END)
        FROM numbers_lease WHERE member_id = %s AND started_at >= %s
    ) made LEFT JOIN numbers_numberssettings ON 1 = 1
"""  # noqa: S608
_INSERT = """
    INSERT INTO numbers_lease
        (number_id, member_id, key, price, started_at, expires_at, "end", sms_count)
    VALUES (%s, %s, %s, %s, %s, %s, '', 0) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Made:
    """The lease this key has made, his leases of the last day, and those he holds."""

    repeat: int | None
    of_day: int
    live: int


@transaction.atomic
def lease_number(
    *, member_id: int, pool_id: int | None, price: int, key: str, now: datetime
) -> Lease:
    """Leases a random free number of the pool, or of any pool at that price, and takes the price.

    A repeated key gives the lease it made the first time. Who was told that a number is free
    for him gets that one; others come after those who wait. Raises NoNumbers,
    NumberPriceChanged, RulesNotAccepted, TooManyLeases, LeasesOfDayUsed, WalletFrozen,
    NotEnoughPoints.
    """
    wallet = lock_wallet(member_id)
    made, limits = _count(member_id, key, now)
    if made.repeat:
        return _read(made.repeat)
    _check_limits(limits, made, member_id, now)
    return _start(wallet, limits, pool_id=pool_id, price=price, key=key, now=now)


@transaction.atomic
def change_number(*, member_id: int, lease_id: int, price: int, key: str, now: datetime) -> Lease:
    """Gives a number back and takes another of its pool, or refuses and leaves all as it was.

    Raises LeaseOver and what lease_number raises.
    """
    wallet = lock_wallet(member_id)
    made, limits = _count(member_id, key, now)
    if made.repeat:
        return _read(made.repeat)
    old = _lock_live(lease_id, member_id, now)
    _check_limits(limits, replace(made, live=made.live - 1), member_id, now)
    pool_id = Number.objects.values_list("pool_id", flat=True).get(pk=old.number_id)
    give_back(old, Lease.End.CHANGED, ended_at=now)
    settle(old, wallet, now=now)
    return _start(
        wallet, limits, pool_id=pool_id, price=price, key=key, now=now, but_not=old.number_id
    )


@transaction.atomic
def extend_lease(*, member_id: int, lease_id: int, now: datetime) -> Lease:
    """Adds the time of one lease, once. Raises LeaseOver, AlreadyExtended."""
    lock_wallet(member_id)
    lease = _lock_live(lease_id, member_id, now)
    if lease.extended_at is not None:
        raise AlreadyExtended()
    lease.expires_at += timedelta(minutes=read_limits().lease_minutes)
    lease.extended_at = now
    lease.save(update_fields=["expires_at", "extended_at"])
    return _read(lease.pk)


@transaction.atomic
def release_lease(*, member_id: int, lease_id: int, now: datetime) -> Lease:
    """Gives a number back before its time. Raises LeaseOver."""
    wallet = lock_wallet(member_id)
    lease = _lock_live(lease_id, member_id, now)
    give_back(lease, Lease.End.RELEASED, ended_at=now)
    settle(lease, wallet, now=now)
    return _read(lease.pk)


@transaction.atomic
def settle_expired(*, lease_id: int, member_id: int, now: datetime) -> bool:
    """Ends a lease whose time is up, refunds and tells its holder; False when that was done."""
    wallet = lock_wallet(member_id)
    unsettled = Lease.objects.filter(settled_at__isnull=True, expires_at__lte=now)
    lease = unsettled.select_for_update(of=("self",)).filter(pk=lease_id).first()
    if lease is None:
        return False
    if lease.ended_at is None:
        end_by_time(lease)
    settle(lease, wallet, now=now)
    tell_expired(lease, now=now)
    return True


def _read(lease_id: int) -> Lease:
    lease = find_lease(lease_id)
    assert lease is not None, "leases are never deleted"
    return lease


def _count(member_id: int, key: str, now: datetime) -> tuple[_Made, Limits]:
    with hot_cursor() as cursor:
        moments = [adapt_time(moment) for moment in (now - DAY, now, now - LEASE_AGE_MAX)]
        cursor.execute(_COUNT, [key, member_id, moments[0], moments[1], member_id, moments[2]])
        row = cursor.fetchone()
    return _Made(*row[:3]), make_limits(row[3:])


def _check_limits(limits: Limits, made: _Made, member_id: int, now: datetime) -> None:
    if made.live >= limits.leases_at_once:
        at_once = limits.leases_at_once
        if is_vip(member_id, now):
            at_once = max(at_once, limits.leases_at_once_vip)
        if made.live >= at_once:
            raise TooManyLeases(limit=at_once, vip_limit=limits.leases_at_once_vip)
    if made.of_day >= limits.leases_per_day:
        raise LeasesOfDayUsed(limit=limits.leases_per_day)


def _start(
    wallet: HeldWallet,
    limits: Limits,
    *,
    pool_id: int | None,
    price: int,
    key: str,
    now: datetime,
    but_not: int = 0,
) -> Lease:
    doors = open_doors(wallet.member_id, pool_id=pool_id, price=price)
    number = take_turn(doors, wanted=Wanted(price=price, but_not=but_not), now=now)
    lease = Lease(
        number=number,
        member_id=wallet.member_id,
        key=key,
        price=price,
        started_at=now,
        expires_at=now + timedelta(minutes=limits.lease_minutes),
    )
    times = (adapt_time(lease.started_at), adapt_time(lease.expires_at))
    with hot_cursor() as cursor:
        cursor.execute(_INSERT, [number.pk, lease.member_id, key, price, *times])
        lease.pk = cursor.fetchone()[0]
    if price:
        debit(wallet, price, Cause(kind="lease", key=f"lease:{lease.pk}", now=now))
    return lease


def _lock_live(lease_id: int, member_id: int, now: datetime) -> Lease:
    """His live lease, locked. The database's own row decides, not the button that named it."""
    live = Lease.objects.filter(ended_at__isnull=True, expires_at__gt=now, member_id=member_id)
    lease = live.select_for_update(of=("self",)).filter(pk=lease_id).first()
    if lease is None:
        raise LeaseOver()
    return lease
