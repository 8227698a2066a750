"""Through the door of a pool: its price, its rules, and those who wait for a number."""

from collections.abc import Sequence
from datetime import datetime

from numbers.errors import NoNumbers, NumberPriceChanged, RulesNotAccepted
from numbers.models import Number, PoolWait
from numbers.selectors import count_free

from .drawing import Wanted, draw_number
from .queue import SERVED_IN_PASSING, forget_wait, is_ahead, serve_queue, take_held
from .standing import Door, Standing


def find_open(standing: Standing, *, pool_id: int | None, price: int) -> list[Door]:
    """The pool, or without one all pools at the price whose rules he has agreed to.

    Raises NoNumbers, NumberPriceChanged, RulesNotAccepted.
    """
    found = standing.doors
    if pool_id is None:
        found = [door for door in found if door.price == price]
    if not found:
        raise NoNumbers()
    if pool_id is not None and found[0].price != price:
        raise NumberPriceChanged(quoted=price, price=found[0].price)
    agreed = [door for door in found if not door.needs_rules]
    if not agreed:
        raise RulesNotAccepted(pool_id=found[0].pool_id)
    return agreed


def take_turn(member_id: int, doors: Sequence[Door], *, wanted: Wanted, now: datetime) -> Number:
    """His number: what is held for him, else what is left when those who wait are served.

    Raises NoNumbers.
    """
    for door in doors:
        if door.is_queued:
            serve_queue(pool_id=door.pool_id, now=now, limit=SERVED_IN_PASSING)
    number = _take_held(member_id, doors, now)
    if number is None:
        left = [door.pool_id for door in doors if not door.is_queued or not _is_taken(door)]
        if not left:
            raise NoNumbers()
        number = draw_number(pool_ids=left, wanted=wanted, now=now)
    if any(door.is_waiting for door in doors):
        _leave(member_id, number)
    return number


def _is_taken(door: Door) -> bool:
    return is_ahead(door.pool_id, count_free().get(door.pool_id, 0))


def _take_held(member_id: int, doors: Sequence[Door], now: datetime) -> Number | None:
    pool_ids = [door.pool_id for door in doors if door.is_waiting]
    if not pool_ids:
        return None
    mine = PoolWait.objects.filter(member_id=member_id, pool_id__in=pool_ids)
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
