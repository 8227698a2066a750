"""What a purchase and a gift share: the plan as it was quoted, and the time handed over.

Plain SQL, as in points.services.ledger: this is the purchase every other is measured by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from points.errors import KeyReused
from points.services import Posting
from project.errors import Refusal
from project.sql import adapt_time, hot_cursor, read_time
from vip.errors import PriceChanged, UnknownPlan
from vip.expiry import extend
from vip.models import Grant

from .auto_search import wake_auto_search

ENTRY_KIND = "vip"
# Auto-search rests without VIP, and whoever is VIP for the first time has none. Near the end
# a worker whose clock runs ahead may have laid it to rest already.
ENDS_SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was paid for. A repeated press gets the first one again, except for `is_new`."""

    plan_id: int
    days: int
    price: int
    until: datetime
    balance_after: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A plan for one member, whose membership this transaction has locked."""

    member_id: int
    plan_id: int
    days: int
    price: int
    until_before: datetime | None
    until: datetime


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
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', %s) RETURNING id
"""
_FIND = """
    SELECT g.membership_id, g.plan_id, g.days, g.price, g.until_after, e.balance_after,
        g.kind, e.wallet_id
    FROM vip_grant g JOIN points_entry e ON e.id = g.entry_id WHERE g.key = %s
"""


def open_sale(*, member_id: int, plan_id: int, quoted_price: int, now: datetime) -> Sale:
    """Locks the membership of who gets the time; the payer's wallet is locked before.

    Raises UnknownPlan, PriceChanged, VipTooLong.
    """
    before, days, price, is_active = _lock_membership(member_id, plan_id)
    if not is_active:
        raise UnknownPlan()
    if price != quoted_price:
        raise PriceChanged(price=price)
    return Sale(
        member_id=member_id,
        plan_id=plan_id,
        days=days,
        price=price,
        until_before=before,
        until=extend(before, days=days, now=now),
    )


def hand_over(sale: Sale, posting: Posting, *, kind: Grant.Kind, key: str, now: datetime) -> int:
    """Extends VIP by what the entry has paid; the grant's number."""
    values = [sale.member_id, kind.value, key, sale.days, adapt_time(sale.until_before)]
    values += [adapt_time(sale.until), sale.plan_id, sale.price, posting.entry_id, adapt_time(now)]
    with hot_cursor() as cursor:
        cursor.execute(_EXTEND, [adapt_time(sale.until), sale.member_id])
        cursor.execute(_NOTE, values)
        grant_id = int(cursor.fetchone()[0])
    if sale.until_before and sale.until_before < now + ENDS_SOON:
        wake_auto_search(sale.member_id, now)
    return grant_id


def sell_once(sell: Callable[[], Receipt | None], find: Callable[[], Receipt | None]) -> Receipt:
    """`sell` returns None when the entry of its key is there already. Raises KeyReused."""
    try:
        receipt = sell() or find()
    except Refusal:
        # What was sold under this key stays sold, whatever would be refused by now.
        if receipt := find():
            return receipt
        raise
    if receipt is None:
        raise KeyReused()
    return receipt


def make_receipt(sale: Sale, posting: Posting) -> Receipt:
    return Receipt(
        plan_id=sale.plan_id,
        days=sale.days,
        price=sale.price,
        until=sale.until,
        balance_after=posting.balance_after,
        is_new=True,
    )


def find_receipt(
    key: str, *, kind: Grant.Kind, payer_id: int, member_id: int, plan_id: int, price: int
) -> Receipt | None:
    """What this very sale was answered the first time. Raises KeyReused if it was another."""
    with hot_cursor() as cursor:
        cursor.execute(_FIND, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    if (row[0], row[1], row[3], *row[6:]) != (member_id, plan_id, price, kind.value, payer_id):
        raise KeyReused()
    return Receipt(
        plan_id=row[1],
        days=row[2],
        price=row[3],
        until=read_time(row[4]),
        balance_after=row[5],
        is_new=False,
    )


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
