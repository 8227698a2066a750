"""A member takes a number, keeps it longer, changes it or gives it back.

Locks in one order everywhere: the member's wallet, then leases, then numbers.
"""

from datetime import datetime, timedelta

from django.db import transaction

from numbers.errors import AlreadyExtended, LeaseOver
from numbers.models import Lease
from numbers.selectors import find_lease, read_limits
from points.services import Cause, HeldWallet, debit, lock_wallet
from project.sql import adapt_time, hot_cursor

from .doors import find_open, take_turn
from .drawing import Wanted
from .ending import end_by_time, give_back, settle, tell_expired
from .standing import Standing, check_limits, read_standing

# Plain SQL on the way of every lease; through the ORM the same work takes four times as long.
_INSERT = """
    INSERT INTO numbers_lease
        (number_id, pool_id, member_id, key, price, started_at, expires_at, "end", sms_count)
    VALUES (%s, %s, %s, %s, %s, %s, %s, '', 0) RETURNING id
"""


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
    standing = read_standing(member_id, pool_id=pool_id, key=key, now=now)
    if standing.repeat:
        return _read(standing.repeat)
    check_limits(standing, now)
    return _start(wallet, standing, pool_id=pool_id, price=price, key=key, now=now)


@transaction.atomic
def change_number(*, member_id: int, lease_id: int, price: int, key: str, now: datetime) -> Lease:
    """Gives a number back and takes another of its pool, or refuses and leaves all as it was.

    Raises LeaseOver and what lease_number raises.
    """
    wallet = lock_wallet(member_id)
    pool_id = _find_pool(lease_id)
    standing = read_standing(member_id, pool_id=pool_id, key=key, now=now)
    if standing.repeat:
        return _read(standing.repeat)
    old = _lock_live(lease_id, member_id, now)
    check_limits(standing, now, given_back=1)
    give_back(old, Lease.End.CHANGED, ended_at=now)
    settle(old, wallet, now=now)
    return _start(
        wallet, standing, pool_id=pool_id, price=price, key=key, now=now, but_not=old.number_id
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


def _find_pool(lease_id: int) -> int:
    """It never changes: neither a lease's number nor a number's pool does."""
    pool_ids = Lease.objects.filter(pk=lease_id).values_list("number__pool_id", flat=True)
    if (pool_id := pool_ids.first()) is None:
        raise LeaseOver()
    return pool_id


def _start(
    wallet: HeldWallet,
    standing: Standing,
    *,
    pool_id: int | None,
    price: int,
    key: str,
    now: datetime,
    but_not: int = 0,
) -> Lease:
    doors = find_open(standing, pool_id=pool_id, price=price)
    wanted = Wanted(price=price, but_not=but_not)
    number = take_turn(wallet.member_id, doors, wanted=wanted, now=now)
    lease = Lease(
        number=number,
        pool_id=number.pool_id,
        member_id=wallet.member_id,
        key=key,
        price=price,
        started_at=now,
        expires_at=now + timedelta(minutes=standing.limits.lease_minutes),
    )
    times = (adapt_time(lease.started_at), adapt_time(lease.expires_at))
    keys = (number.pk, number.pool_id, lease.member_id)
    with hot_cursor() as cursor:
        cursor.execute(_INSERT, [*keys, key, price, *times])
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
