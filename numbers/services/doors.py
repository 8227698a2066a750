"""What stands before a lease: the pool's price, its rules, and those who wait for a number.

Read in one prepared statement, because every lease passes here.
"""

from dataclasses import dataclass
from datetime import datetime

from numbers.errors import NoNumbers, NumberPriceChanged, RulesNotAccepted
from numbers.models import Number, PoolWait
from numbers.selectors import count_free
from project.sql import hot_cursor

from .drawing import Wanted, draw_number
from .queue import SERVED_IN_PASSING, forget_wait, is_ahead, serve_queue, take_held

_READ = """
    SELECT p.id, p.price,
        p.rules <> '' AND NOT EXISTS (SELECT 1 FROM numbers_rulesacceptance a
            WHERE a.member_id = %s AND a.pool_id = p.id AND a.version = p.rules_version),
        EXISTS (SELECT 1 FROM numbers_poolwait w
            WHERE w.pool_id = p.id AND w.held_until IS NULL),
        EXISTS (SELECT 1 FROM numbers_poolwait w
            WHERE w.pool_id = p.id AND w.member_id = %s)
    FROM numbers_pool p WHERE p.is_active
"""


@dataclass(frozen=True, slots=True)
class Door:
    """A pool as one member finds it."""

    pool_id: int
    price: int
    needs_rules: bool
    is_queued: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Doors:
    member_id: int
    open: list[Door]


def open_doors(member_id: int, *, pool_id: int | None, price: int) -> Doors:
    """The pool, or without one all pools at the price whose rules he has agreed to.

    Raises NoNumbers, NumberPriceChanged, RulesNotAccepted.
    """
    found = _read(member_id, pool_id)
    if pool_id is None:
        found = [door for door in found if door.price == price]
    if not found:
        raise NoNumbers()
    if pool_id is not None and found[0].price != price:
        raise NumberPriceChanged(quoted=price, price=found[0].price)
    agreed = [door for door in found if not door.needs_rules]
    if not agreed:
        raise RulesNotAccepted(pool_id=found[0].pool_id)
    return Doors(member_id, agreed)


def take_turn(doors: Doors, *, wanted: Wanted, now: datetime) -> Number:
    """His number: what is held for him, else what is left when those who wait are served.

    Raises NoNumbers.
    """
    for door in doors.open:
        if door.is_queued:
            serve_queue(pool_id=door.pool_id, now=now, limit=SERVED_IN_PASSING)
    number = _take_held(doors, now)
    if number is None:
        left = [door.pool_id for door in doors.open if not door.is_queued or not _is_taken(door)]
        if not left:
            raise NoNumbers()
        number = draw_number(pool_ids=left, wanted=wanted, now=now)
    if any(door.is_waiting for door in doors.open):
        _leave(doors.member_id, number)
    return number


def _read(member_id: int, pool_id: int | None) -> list[Door]:
    sql, values = _READ, [member_id, member_id]
    if pool_id is not None:
        sql, values = f"{sql} AND p.id = %s", [*values, pool_id]
    with hot_cursor() as cursor:
        cursor.execute(sql, values)
        return [Door(*row[:2], *map(bool, row[2:])) for row in cursor.fetchall()]


def _is_taken(door: Door) -> bool:
    return is_ahead(door.pool_id, count_free().get(door.pool_id, 0))


def _take_held(doors: Doors, now: datetime) -> Number | None:
    pool_ids = [door.pool_id for door in doors.open if door.is_waiting]
    if not pool_ids:
        return None
    mine = PoolWait.objects.filter(member_id=doors.member_id, pool_id__in=pool_ids)
    for wait in mine.select_for_update(of=("self",)).order_by("pk"):
        if number := take_held(wait, now):
            wait.delete()
            return number
    return None


def _leave(member_id: int, number: Number) -> None:
    """He has what he waited for."""
    mine = PoolWait.objects.filter(member_id=member_id, pool_id=number.pool_id)
    for wait in mine.select_for_update(of=("self",)):
        forget_wait(wait)
