"""Orders whose next chunk fails again and again: they stop, and the staff hears of it."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.selectors import list_staff_members
from accounts.services import SYSTEM, Actor, queue_each, record
from project import long_jobs
from vip.audience import Audience
from vip.models import GrantOrder

from .orders import wake_worker


def begin_attempt(*, order_id: int, now: datetime) -> bool:
    """Counts a try at the next chunk; False when there is none to make."""
    return long_jobs.begin_attempt(GrantOrder, order_id, now, _tell_of_stop)


def end_attempt(*, order_id: int, fault: str, now: datetime) -> GrantOrder:
    """Notes what a try failed of. After ATTEMPTS_MAX in a row the order stops."""
    return long_jobs.end_attempt(GrantOrder, order_id, fault, now, _tell_of_stop)


@transaction.atomic
def retry_order(*, order_id: int, actor: Actor, now: datetime) -> GrantOrder:
    """A stopped order goes on from where it is; one that has not stopped is left as it is."""
    order = long_jobs.lock_job(GrantOrder, order_id)
    if long_jobs.resume(order, now):
        _record("vip.order.retry", order, actor)
        transaction.on_commit(partial(wake_worker, order.pk))
    return order


def _tell_of_stop(order: GrantOrder) -> None:
    _record("vip.order.stop", order, SYSTEM)
    _alert(order)


def _record(action: str, order: GrantOrder, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        target=f"order {order.pk}",
        fault=order.fault,
        reached=order.reached,
        meant=order.meant,
    )


def _alert(order: GrantOrder) -> None:
    """Whoever could have given this order can try it again or cancel it."""
    permission = Audience.load(order.audience).permission
    concerned = [
        member.pk
        for member in list_staff_members()
        if member.staff_user and member.staff_user.has_perm(permission)
    ]
    now = order.stopped_at
    assert now is not None
    # A second stop of the same order is news.
    stop = f"vip.order_stopped:{order.pk}:{now.timestamp():.6f}"
    queue_each(
        kind="vip.order_stopped",
        due_at=now,
        messages={f"{stop}:{pk}": (pk, {"order": order.pk}) for pk in concerned},
    )
