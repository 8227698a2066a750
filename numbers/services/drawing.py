"""Draws a random free number, uniform over the numbers and never twice.

Each number bears a random key, drawn anew whenever it is given back; a draw
takes the first free one at or after a random point, by the partial index
number_draw. Rows that others are taking are passed over. Plain SQL: one statement
finds, locks and takes; a lease costs half as much by it.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from numbers.errors import NoNumbers
from numbers.models import DRAW_KEY_MAX, Batch, Lease, Number, Pool
from numbers.selectors import count_free
from project.sql import hot_cursor

from .ending import end_by_time

# How many rows a draw wakes when it finds nothing free.
WAKE_MAX = 50
_dice = secrets.SystemRandom()


# By the index number_draw. A number set free while its batch was being disabled is passed over.
_DRAW = """
    UPDATE numbers_number SET state = 'leased' WHERE id = (
        SELECT n.id FROM numbers_number n
        JOIN numbers_pool p ON p.id = n.pool_id JOIN numbers_batch b ON b.id = n.batch_id
        WHERE n.pool_id = %s AND n.state = 'free' AND n.draw_key >= %s AND n.id <> %s
            AND p.is_active AND p.price = %s AND b.state = 'active'
        ORDER BY n.draw_key LIMIT 1 {lock}
    ) RETURNING id, pool_id, batch_id, e164, draw_key
"""
_LOCK = "FOR UPDATE OF n SKIP LOCKED"


def draw_number(
    *, pool_id: int | None, price: int, now: datetime, but_not: int | None = None
) -> Number:
    """Takes a free number, which is leased from then on; `pool_id` None draws over all pools
    at the price.

    Raises NoNumbers. Needs an open transaction.
    """
    number = _draw(pool_id, price, but_not)
    if number is None and _wake(pool_id, now):
        number = _draw(pool_id, price, but_not)
    if number is None:
        raise NoNumbers()
    return number


def _draw(pool_id: int | None, price: int, but_not: int | None) -> Number | None:
    if pool_id is not None:
        return _draw_of_pool(pool_id, price, but_not)
    # Pools weighed by what is free in them, so that the draw is uniform over the numbers.
    offered = set(Pool.objects.filter(is_active=True, price=price).values_list("pk", flat=True))
    free = {pk: count for pk, count in count_free().items() if pk in offered and count > 0}
    while free:
        chosen = _dice.choices(list(free), weights=list(free.values()))[0]
        if number := _draw_of_pool(chosen, price, but_not):
            return number
        # Others are taking its last ones.
        del free[chosen]
    return None


def _draw_of_pool(pool_id: int, price: int, but_not: int | None) -> Number | None:
    start = secrets.randbelow(DRAW_KEY_MAX)
    return _first(pool_id, start, price, but_not) or _first(pool_id, 0, price, but_not)


@transaction.atomic
def free_rested(now: datetime, *, pool_id: int | None = None, limit: int) -> int:
    """Frees numbers whose quarantine is over, at most `limit`; returns how many.

    Those of a disabled batch rest on until it is enabled.
    """
    rested = Number.objects.filter(
        state=Number.State.RESTING, rests_until__lte=now, batch__state=Batch.State.ACTIVE
    )
    if pool_id is not None:
        rested = rested.filter(pool_id=pool_id)
    locked = rested.order_by("rests_until").select_for_update(skip_locked=True, of=("self",))
    return _free(locked.values_list("pk", flat=True)[:limit])


def _free(pks: Iterable[int]) -> int:
    chosen = list(pks)
    if not chosen:
        return 0
    return Number.objects.filter(pk__in=chosen).update(state=Number.State.FREE, rests_until=None)


def _first(pool_id: int, start: int, price: int, but_not: int | None) -> Number | None:
    """The first free one from a key on that nobody else is taking."""
    has_locks = connection.features.has_select_for_update_skip_locked
    sql = _DRAW.format(lock=_LOCK if has_locks else "")
    with hot_cursor() as cursor:
        cursor.execute(sql, [pool_id, start, but_not or 0, price])
        row = cursor.fetchone()
    if row is None:
        return None
    names = ("id", "pool_id", "batch_id", "e164", "draw_key")
    return Number(**dict(zip(names, row, strict=True)), state=Number.State.LEASED)


def _wake(pool_id: int | None, now: datetime) -> bool:
    """Does for one pool what the periodic job does for all: a draw never depends on it."""
    overdue = Lease.objects.filter(ended_at__isnull=True, settled_at__isnull=True)
    overdue = overdue.filter(expires_at__lte=now)
    if pool_id is not None:
        of_pool = Number.objects.filter(pk=OuterRef("number_id"), pool_id=pool_id)
        overdue = overdue.filter(Exists(of_pool))
    locked = overdue.order_by("expires_at").select_for_update(skip_locked=True, of=("self",))
    ended = list(locked[:WAKE_MAX])
    for lease in ended:
        end_by_time(lease)
    return free_rested(now, pool_id=pool_id, limit=WAKE_MAX) > 0 or bool(ended)
