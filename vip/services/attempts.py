"""Orders whose next chunk fails again and again: they stop, and the staff hears of it.

Each try is counted before it begins, in a transaction of its own, so that one that takes
its process down with it is counted too. A chunk that is done sets the count to nothing.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from accounts.selectors import list_staff_members
from accounts.services import SYSTEM, Actor, queue_each, record
from vip.audience import Audience
from vip.models import GrantOrder

from .orders import wake_worker

PROCESS_ENDED = "the process was ended"


def begin_attempt(*, order_id: int, now: datetime) -> bool:
    """Counts a try at the next chunk; False when there is none to make."""
    running = GrantOrder.objects.filter(
        pk=order_id, started_at__isnull=False, done_at=None, stopped_at=None
    )
    if running.filter(attempts__lt=GrantOrder.ATTEMPTS_MAX).update(attempts=F("attempts") + 1):
        return True
    if running.exists():
        # None of the tries lived to say what it failed of.
        end_attempt(order_id=order_id, fault=PROCESS_ENDED, now=now)
    return False


@transaction.atomic
def end_attempt(*, order_id: int, fault: str, now: datetime) -> GrantOrder:
    """Notes what a try failed of. After ATTEMPTS_MAX in a row the order stops."""
    order = GrantOrder.objects.select_for_update().get(pk=order_id)
    if not (order.is_running and order.attempts):
        # Over, or another worker has got past this chunk meanwhile.
        return order
    order.fault = fault[:100]
    if order.attempts >= GrantOrder.ATTEMPTS_MAX:
        order.stopped_at = now
        _record("vip.order.stop", order, SYSTEM)
        _alert(order, now)
    order.save(update_fields=["fault", "stopped_at"])
    return order


@transaction.atomic
def retry_order(*, order_id: int, actor: Actor, now: datetime) -> GrantOrder:
    """A stopped order goes on from where it is; one that has not stopped is left as it is."""
    order = GrantOrder.objects.select_for_update().get(pk=order_id)
    if order.stopped_at is not None:
        order.stopped_at, order.attempts, order.beat_at = None, 0, now
        order.save(update_fields=["stopped_at", "attempts", "beat_at"])
        _record("vip.order.retry", order, actor)
        transaction.on_commit(partial(wake_worker, order.pk))
    return order


def _record(action: str, order: GrantOrder, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        target=f"order {order.pk}",
        fault=order.fault,
        reached=order.reached,
        meant=order.meant,
    )


def _alert(order: GrantOrder, now: datetime) -> None:
    """Whoever could have given this order can try it again or cancel it."""
    permission = Audience.load(order.audience).permission
    concerned = [
        member.pk
        for member in list_staff_members()
        if member.staff_user and member.staff_user.has_perm(permission)
    ]
    # A second stop of the same order is news.
    stop = f"vip.order_stopped:{order.pk}:{now.timestamp():.6f}"
    queue_each(
        kind="vip.order_stopped",
        due_at=now,
        messages={f"{stop}:{pk}": (pk, {"order": order.pk}) for pk in concerned},
    )
