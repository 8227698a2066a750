"""A member buys VIP with his points.

Plain SQL, as in points.services.ledger: this is the purchase every other is measured by.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from points.errors import KeyReused
from points.services import Cause, Posting, debit, lock_wallet
from project.errors import Refusal
from project.sql import adapt_time, hot_cursor, read_time
from vip.errors import PriceChanged, UnknownPlan
from vip.expiry import extend
from vip.models import Grant

ENTRY_KIND = "vip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was bought. A repeated press gets the first one again, except for `is_new`."""

    plan_id: int
    days: int
    price: int
    until: datetime
    balance_after: int
    is_new: bool


# The plan in the same statement: one way to the database less in every purchase.
_READ = """
    SELECT m.vip_until, p.days, p.price, p.is_active
    FROM vip_membership m JOIN vip_plan p ON p.id = %s WHERE m.member_id = %s
"""
_OPEN = "INSERT INTO vip_membership (member_id) VALUES (%s) ON CONFLICT DO NOTHING"
_EXTEND = "UPDATE vip_membership SET vip_until = %s WHERE member_id = %s"
_NOTE = """
    INSERT INTO vip_grant (membership_id, kind, key, days, until_before, until_after, plan_id,
        price, entry_id, actor_label, reason, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', %s)
"""
_FIND = """
    SELECT g.membership_id, g.plan_id, g.days, g.price, g.until_after, e.balance_after
    FROM vip_grant g JOIN points_entry e ON e.id = g.entry_id WHERE g.key = %s
"""


@transaction.atomic
def buy_plan(
    *, member_id: int, plan_id: int, quoted_price: int, key: str, now: datetime
) -> Receipt:
    """Debits the price and extends VIP, once per key: a repeat returns the first receipt.

    Locks the wallet, then the membership. Raises UnknownPlan, PriceChanged, VipTooLong,
    NotEnoughPoints, WalletFrozen, and KeyReused when the key bought something else.
    """
    try:
        return _buy(member_id, plan_id, quoted_price, key, now)
    except Refusal:
        # What was bought under this key stays bought, whatever would be refused by now.
        if receipt := _find_receipt(member_id, plan_id, quoted_price, key):
            return receipt
        raise


def _buy(member_id: int, plan_id: int, quoted_price: int, key: str, now: datetime) -> Receipt:
    wallet = lock_wallet(member_id)
    before, days, price, is_active = _lock_membership(member_id, plan_id)
    if not is_active:
        raise UnknownPlan()
    if price != quoted_price:
        raise PriceChanged(price=price)
    until = extend(before, days=days, now=now)
    posting = debit(wallet, price, Cause(kind=ENTRY_KIND, key=key, now=now, note=str(days)))
    if not posting.is_new:
        # The entry of this key is there already, and so is its grant.
        if receipt := _find_receipt(member_id, plan_id, quoted_price, key):
            return receipt
        raise KeyReused()
    values = [member_id, Grant.Kind.PURCHASE.value, key, days, adapt_time(before)]
    values += [adapt_time(until), plan_id, price, posting.entry_id, adapt_time(now)]
    with hot_cursor() as cursor:
        cursor.execute(_EXTEND, [adapt_time(until), member_id])
        cursor.execute(_NOTE, values)
    return _receipt(plan_id, days, price, until, posting)


def _lock_membership(member_id: int, plan_id: int) -> tuple[datetime | None, int, int, bool]:
    row = _read_membership(member_id, plan_id)
    if row is None:
        # His first VIP, or no such plan: the second look tells.
        with hot_cursor() as cursor:
            cursor.execute(_OPEN, [member_id])
        row = _read_membership(member_id, plan_id)
    if row is None:
        raise UnknownPlan()
    return (read_time(row[0]) if row[0] else None, *row[1:])


def _read_membership(member_id: int, plan_id: int) -> Any:
    lock = " FOR UPDATE OF m" if connection.features.has_select_for_update else ""
    with hot_cursor() as cursor:
        cursor.execute(_READ + lock, [plan_id, member_id])
        return cursor.fetchone()


def _receipt(plan_id: int, days: int, price: int, until: datetime, posting: Posting) -> Receipt:
    return Receipt(
        plan_id=plan_id,
        days=days,
        price=price,
        until=until,
        balance_after=posting.balance_after,
        is_new=True,
    )


def _find_receipt(member_id: int, plan_id: int, price: int, key: str) -> Receipt | None:
    with hot_cursor() as cursor:
        cursor.execute(_FIND, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    if (row[0], row[1], row[3]) != (member_id, plan_id, price):
        raise KeyReused()
    return Receipt(
        plan_id=row[1],
        days=row[2],
        price=row[3],
        until=read_time(row[4]),
        balance_after=row[5],
        is_new=False,
    )
