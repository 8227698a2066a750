"""Draws a random free number, uniform over the numbers and never twice.

Each number bears a random key, drawn anew whenever it is given back; a draw
takes the first free one at or after a random point, by the partial indexes
number_draw and number_draw_any. Rows that others are taking are passed over.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from numbers.errors import NoNumbers
from numbers.models import DRAW_KEY_MAX, Batch, Lease, Number

from .ending import end_by_time

# How many rows a draw wakes when it finds nothing free.
WAKE_MAX = 50


def draw_number(
    *, pool_id: int | None, price: int, now: datetime, but_not: int | None = None
) -> Number:
    """A free number, locked, with pool and batch; `pool_id` None draws over all pools at the price.

    Raises NoNumbers. Needs an open transaction; the caller marks the number as leased.
    """
    offered = Number.objects.filter(
        state=Number.State.FREE,
        pool__is_active=True,
        pool__price=price,
        # A number set free while its batch was being disabled.
        batch__state=Batch.State.ACTIVE,
    )
    if pool_id is not None:
        offered = offered.filter(pool_id=pool_id)
    if but_not is not None:
        offered = offered.exclude(pk=but_not)
    start = secrets.randbelow(DRAW_KEY_MAX)
    number = _first(offered.filter(draw_key__gte=start)) or _first(offered)
    if number is None and _wake(pool_id, now):
        number = _first(offered)
    if number is None:
        raise NoNumbers()
    return number


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


def _first(numbers: QuerySet[Number]) -> Number | None:
    return (
        numbers.select_related("pool", "batch")
        .order_by("draw_key")
        .select_for_update(skip_locked=True, of=("self",))[:1]
        .first()
    )


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
