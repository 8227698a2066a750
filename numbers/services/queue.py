"""Members wait for a number of an empty pool: told in the order they came, one number each.

Being told is being served: the number is held for some minutes for him who is told, or the
queue would be a list of those who come too late. Nothing depends on a job: whoever leases
from a pool with a queue serves it first.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.services import Priority, queue_message
from numbers.errors import NoNumbers
from numbers.models import Batch, Number, Pool, PoolWait
from numbers.selectors import get_settings

from .drawing import Wanted, draw_number, take_number

if TYPE_CHECKING:
    from accounts.models import Member

# Held at once in one pool: no more than Telegram lets us tell within the shortest hold.
HELD_MAX = 500
# Served by who comes for a number himself; the job serves the rest.
SERVED_IN_PASSING = 20
SERVED_BY_JOB = 200
# A message that could not be sent in time still says that there was a number.
TOLD_LATE = timedelta(hours=1)


@transaction.atomic
def join_queue(*, member_id: int, pool_id: int, now: datetime) -> PoolWait:
    """His place, the one he has if he waits already. Raises NoNumbers for a pool not offered."""
    if not Pool.objects.filter(pk=pool_id, is_active=True).exists():
        raise NoNumbers()
    mine = PoolWait.objects.filter(pool_id=pool_id, member_id=member_id)
    # Who was told and did not come waits again like anybody else.
    mine.filter(held_until__lte=now).delete()
    wait = PoolWait(pool_id=pool_id, member_id=member_id, joined_at=now)
    PoolWait.objects.bulk_create([wait], ignore_conflicts=True)
    return mine.get()


@transaction.atomic
def leave_queue(*, member_id: int, pool_id: int) -> bool:
    """A number held for him is free at once; False when he did not wait."""
    mine = PoolWait.objects.filter(pool_id=pool_id, member_id=member_id)
    wait = mine.select_for_update(of=("self",)).first()
    if wait is None:
        return False
    forget_wait(wait)
    return True


def forget_wait(wait: PoolWait) -> None:
    """Ends a locked wait; what is held for it is free again."""
    if wait.held_number_id is not None:
        Number.objects.filter(
            pk=wait.held_number_id,
            state=Number.State.RESTING,
            rests_until=wait.held_until,
            batch__state=Batch.State.ACTIVE,
        ).update(state=Number.State.FREE, rests_until=None)
    wait.delete()


@transaction.atomic
def serve_queue(*, pool_id: int, now: datetime, limit: int = SERVED_BY_JOB) -> int:
    """Holds a free number for each of the first who wait and tells them; returns how many.

    At most `limit`, and HELD_MAX at once. Rows that another one serves are passed over.
    """
    # Index pool_wait_held.
    held = PoolWait.objects.filter(pool_id=pool_id, held_until__gt=now)[:HELD_MAX].count()
    price = Pool.objects.filter(pk=pool_id, is_active=True).values_list("price", flat=True).first()
    if price is None:
        return 0
    until = now + timedelta(minutes=get_settings().hold_minutes)
    served = 0
    for wait in _lock_next(pool_id, min(limit, HELD_MAX - held)):
        if not _can_be_told(wait.member):
            wait.delete()
            continue
        try:
            wanted = Wanted(price=price, held_until=until)
            number = draw_number(pool_ids=[pool_id], wanted=wanted, now=now)
        except NoNumbers:
            break
        wait.held_number_id, wait.held_until = number.pk, until
        wait.save(update_fields=["held_number_id", "held_until"])
        _tell(wait, until, now)
        served += 1
    return served


def is_ahead(pool_id: int, free: int) -> bool:
    """Whether as many wait, untold, as there are numbers free: then none is for others."""
    waiting = PoolWait.objects.filter(pool_id=pool_id, held_until__isnull=True)
    return waiting[: free + 1].count() >= max(free, 1)


def take_held(wait: PoolWait, now: datetime) -> Number | None:
    """The number held for him, leased from now on; None when nothing is, or not any more."""
    if wait.held_number_id is None or wait.held_until is None or wait.held_until <= now:
        return None
    return take_number(wait.held_number_id, held_until=wait.held_until)


def list_queued_pools() -> list[int]:
    """Asks each pool offered for one row, by the index pool_wait_next."""
    waiting = PoolWait.objects.filter(pool_id=OuterRef("pk"), held_until__isnull=True)
    pools = Pool.objects.filter(Exists(waiting), is_active=True)
    return list(pools.order_by("pk").values_list("pk", flat=True))


def forget_late_waits(now: datetime) -> int:
    """Removes those who were told and did not come; returns how many."""
    late = PoolWait.objects.filter(held_until__lte=now - TOLD_LATE)
    return late.delete()[0]


def _lock_next(pool_id: int, limit: int) -> QuerySet[PoolWait]:
    skips = connection.features.has_select_for_update_skip_locked
    waiting = PoolWait.objects.filter(pool_id=pool_id, held_until__isnull=True)
    locked = waiting.select_for_update(skip_locked=skips, of=("self",) if skips else ())
    return locked.select_related("member").order_by("pk")[: max(limit, 0)]


def _can_be_told(member: "Member") -> bool:
    return member.reachability == member.Reachability.REACHABLE and not member.is_banned


def _tell(wait: PoolWait, until: datetime, now: datetime) -> None:
    queue_message(
        kind="numbers.free",
        key=f"pool_wait:{wait.pk}",
        member_id=wait.member_id,
        due_at=now,
        # It is held for minutes only.
        priority=Priority.CODE,
        wait_id=wait.pk,
    )
