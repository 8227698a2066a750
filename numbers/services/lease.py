"""A member takes a number, keeps it longer, changes it or gives it back.

Locks in one order everywhere: the member's wallet, then leases, then numbers.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from numbers.errors import (
    AlreadyExtended,
    LeaseOver,
    LeasesOfDayUsed,
    NoNumbers,
    NumberPriceChanged,
    TooManyLeases,
)
from numbers.models import Lease, Number, NumbersSettings, Pool
from numbers.selectors import find_lease, get_settings
from points.services import Cause, HeldWallet, debit, lock_wallet
from vip.selectors import is_vip

from .drawing import draw_number
from .ending import end_by_time, give_back, settle, tell_expired

DAY = timedelta(hours=24)


@transaction.atomic
def lease_number(
    *, member_id: int, pool_id: int | None, price: int, key: str, now: datetime
) -> Lease:
    """Leases a random free number of the pool, or of any pool at that price, and takes the price.

    A repeated key gives the lease it made the first time. Raises NoNumbers,
    NumberPriceChanged, TooManyLeases, LeasesOfDayUsed, WalletFrozen, NotEnoughPoints.
    """
    wallet = lock_wallet(member_id)
    made = _count(member_id, key, now)
    if made["repeat"]:
        return _read(made["repeat"])
    limits = get_settings()
    _check_limits(limits, made, member_id, now)
    return _start(wallet, limits, pool_id=pool_id, price=price, key=key, now=now)


@transaction.atomic
def change_number(*, member_id: int, lease_id: int, price: int, key: str, now: datetime) -> Lease:
    """Gives a number back and takes another of its pool, or refuses and leaves all as it was.

    Raises LeaseOver and what lease_number raises.
    """
    wallet = lock_wallet(member_id)
    made = _count(member_id, key, now)
    if made["repeat"]:
        return _read(made["repeat"])
    old = _lock_live(lease_id, member_id, now)
    limits = get_settings()
    _check_limits(limits, {**made, "live": made["live"] - 1}, member_id, now)
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
    lease.expires_at += timedelta(minutes=get_settings().lease_minutes)
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


def _count(member_id: int, key: str, now: datetime) -> dict[str, Any]:
    """In one query: his leases of the last day, those he holds, the one this key has made."""
    recent, live = Q(started_at__gt=now - DAY), Q(ended_at__isnull=True, expires_at__gt=now)
    return Lease.objects.filter(member_id=member_id).aggregate(
        repeat=Max("pk", filter=Q(key=key)),
        of_day=Count("pk", filter=recent),
        live=Count("pk", filter=live),
    )


def _check_limits(
    limits: NumbersSettings, made: dict[str, Any], member_id: int, now: datetime
) -> None:
    if made["live"] >= limits.leases_at_once:
        at_once = limits.leases_at_once
        if is_vip(member_id, now):
            at_once = max(at_once, limits.leases_at_once_vip)
        if made["live"] >= at_once:
            raise TooManyLeases(limit=at_once, vip_limit=limits.leases_at_once_vip)
    if made["of_day"] >= limits.leases_per_day:
        raise LeasesOfDayUsed(limit=limits.leases_per_day)


def _start(
    wallet: HeldWallet,
    limits: NumbersSettings,
    *,
    pool_id: int | None,
    price: int,
    key: str,
    now: datetime,
    but_not: int | None = None,
) -> Lease:
    try:
        number = draw_number(pool_id=pool_id, price=price, now=now, but_not=but_not)
    except NoNumbers:
        _check_price(pool_id, price)
        raise
    Number.objects.filter(pk=number.pk).update(state=Number.State.LEASED)
    lease = Lease.objects.create(
        number=number,
        member_id=wallet.member_id,
        key=key,
        price=price,
        started_at=now,
        expires_at=now + timedelta(minutes=limits.lease_minutes),
    )
    if price:
        debit(wallet, price, Cause(kind="lease", key=f"lease:{lease.pk}", now=now))
    return lease


def _check_price(pool_id: int | None, quoted: int) -> None:
    """Raises NumberPriceChanged when that, and no lack of numbers, is why nothing was found."""
    if pool_id is None:
        return
    price = Pool.objects.filter(pk=pool_id, is_active=True).values_list("price", flat=True).first()
    if price is not None and price != quoted:
        raise NumberPriceChanged(quoted=quoted, price=price)


def _lock_live(lease_id: int, member_id: int, now: datetime) -> Lease:
    """His live lease, locked. The database's own row decides, not the button that named it."""
    live = Lease.objects.filter(ended_at__isnull=True, expires_at__gt=now, member_id=member_id)
    lease = live.select_for_update(of=("self",)).filter(pk=lease_id).first()
    if lease is None:
        raise LeaseOver()
    return lease
