"""Draws a random free number, uniform over the numbers and never twice.

Each number bears a random key, drawn anew whenever it is given back; a draw
takes the first free one at or after a random point, by the partial index
number_draw. Rows that others are taking are passed over. Plain SQL: one statement
finds, locks and takes; a lease costs half as much by it.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from numbers.errors import NoNumbers
from numbers.models import DRAW_KEY_MAX, Batch, Lease, Number
from numbers.selectors import count_free
from project.sql import adapt_time, hot_cursor

from .ending import end_by_time

# How many rows a draw wakes when it finds nothing free.
WAKE_MAX = 50
# And in how many pools: of a hundred empty ones each has its turn by the job.
WOKEN_MAX = 10
_dice = secrets.SystemRandom()


# By the index number_draw. A number set free while its batch was being disabled is passed over.
_DRAW = """
    UPDATE numbers_number SET state = %s, rests_until = %s WHERE id = (
        SELECT n.id FROM numbers_number n
        JOIN numbers_pool p ON p.id = n.pool_id JOIN numbers_batch b ON b.id = n.batch_id
        WHERE n.pool_id = %s AND n.state = 'free' AND n.draw_key >= %s AND n.id <> %s
            AND p.is_active AND p.price = %s AND b.state = 'active'
        ORDER BY n.draw_key LIMIT 1 {lock}
    ) RETURNING id, pool_id, batch_id, e164, draw_key
"""
_LOCK = "FOR UPDATE OF n SKIP LOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a draw looks for. With `held_until` the number rests until then, for who waits."""

    price: int
    but_not: int = 0
    held_until: datetime | None = None


def draw_number(*, pool_ids: Sequence[int], wanted: Wanted, now: datetime) -> Number:
    """Takes a free number of the pools, which is leased, or held, from then on.

    Raises NoNumbers. Needs an open transaction.
    """
    number = _draw(pool_ids, wanted)
    if number is None:
        woken = [_wake(pool_id, now) for pool_id in pool_ids[:WOKEN_MAX]]
        number = _draw(pool_ids, wanted) if any(woken) else None
    if number is None:
        raise NoNumbers()
    return number


def take_number(number_id: int, *, held_until: datetime) -> Number | None:
    """Leases the number that is held until then; None when it is not any more."""
    held = Number.objects.filter(
        state=Number.State.RESTING, rests_until=held_until, batch__state=Batch.State.ACTIVE
    )
    number = held.select_for_update(of=("self",)).filter(pk=number_id).first()
    if number is None:
        return None
    number.state, number.rests_until = Number.State.LEASED, None
    number.save(update_fields=["state", "rests_until"])
    return number


def _draw(pool_ids: Sequence[int], wanted: Wanted) -> Number | None:
    if len(pool_ids) == 1:
        return _draw_of_pool(pool_ids[0], wanted)
    # Pools weighed by what is free in them, so that the draw is uniform over the numbers.
    free = {pk: count for pk, count in count_free().items() if pk in pool_ids and count > 0}
    while free:
        chosen = _dice.choices(list(free), weights=list(free.values()))[0]
        if number := _draw_of_pool(chosen, wanted):
            return number
        # Others are taking its last ones.
        del free[chosen]
    return None


def _draw_of_pool(pool_id: int, wanted: Wanted) -> Number | None:
    start = secrets.randbelow(DRAW_KEY_MAX)
    return _first(pool_id, start, wanted) or _first(pool_id, 0, wanted)


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


def _first(pool_id: int, start: int, wanted: Wanted) -> Number | None:
    """The first free one from a key on that nobody else is taking."""
    has_locks = connection.features.has_select_for_update_skip_locked
    sql = _DRAW.format(lock=_LOCK if has_locks else "")
    until = wanted.held_until
    state = Number.State.RESTING if until else Number.State.LEASED
    values = [state.value, adapt_time(until), pool_id, start, wanted.but_not, wanted.price]
    with hot_cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    if row is None:
        return None
    names = ("id", "pool_id", "batch_id", "e164", "draw_key")
    return Number(**dict(zip(names, row, strict=True)), state=state, rests_until=until)


def _wake(pool_id: int, now: datetime) -> bool:
    """Does for one pool what the periodic job does for all: a draw never depends on it."""
    overdue = Lease.objects.filter(ended_at__isnull=True, settled_at__isnull=True)
    of_pool = Number.objects.filter(pk=OuterRef("number_id"), pool_id=pool_id)
    overdue = overdue.filter(Exists(of_pool), expires_at__lte=now)
    locked = overdue.order_by("expires_at").select_for_update(skip_locked=True, of=("self",))
    ended = list(locked[:WAKE_MAX])
    for lease in ended:
        end_by_time(lease)
    return free_rested(now, pool_id=pool_id, limit=WAKE_MAX) > 0 or bool(ended)
