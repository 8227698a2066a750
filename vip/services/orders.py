"""Carrying out an order of the staff: at once, or chunk by chunk until all are reached.

Each chunk is a transaction that also notes how far the order has come, so a process
that dies loses the chunk it was at and nothing else; whoever continues goes on from there.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, Max

from accounts.selectors import find_staff_member, list_members
from accounts.services import (
    Actor,
    clean_reason,
    queue_message,
    record,
    remembered_actor,
)
from project import long_jobs
from vip.audience import NAMED, Audience
from vip.errors import NobodyToGrant, NotVip, UnknownOrder
from vip.models import GrantOrder

from .chunks import reach_chunk

ACTIONS = {GrantOrder.Act.GIVE: "vip.grant", GrantOrder.Act.REVOKE: "vip.revoke"}


@transaction.atomic
def carry_out_order(
    *, order_id: int, actor: Actor, now: datetime, is_watched: bool = False
) -> GrantOrder:
    """Carries out a draft of this very person; begun already, it is returned as it stands.

    Above GrantOrder.AT_ONCE_MAX members it is only begun, and a worker goes on with it,
    unless the caller does so himself (`is_watched`) by continue_order. Raises
    UnknownOrder, and NobodyToGrant or NotVip when nobody can be reached.
    """
    order = GrantOrder.objects.select_for_update().filter(pk=order_id).first()
    if order is None or order.actor_user_id != actor.user_id:
        raise UnknownOrder()
    if order.started_at is None:
        _start(order, now)
        if not order.is_large:
            _step(order, now)
        elif not is_watched:
            transaction.on_commit(partial(wake_worker, order.pk))
        order.save()
    return order


@transaction.atomic
def continue_order(*, order_id: int, now: datetime) -> GrantOrder:
    """Reaches the next chunk of members, if any are left. Locks the order, then memberships."""
    order = GrantOrder.objects.select_for_update().get(pk=order_id)
    if order.is_running:
        _step(order, now)
        order.save()
    return order


@transaction.atomic
def cancel_order(*, order_id: int, reason: str, actor: Actor, now: datetime) -> GrantOrder:
    """Leaves undone what is not done yet; an order that is over is returned as it ended.

    Waits for the chunk that is being done. Raises ReasonRequired.
    """
    reason = clean_reason(reason)
    order = GrantOrder.objects.select_for_update().get(pk=order_id)
    if order.is_unfinished:
        record(
            "vip.order.cancel", actor=actor, target=f"order {order.pk}", reason=reason,
            reached=order.reached, meant=order.meant,
        )  # fmt: skip
        _finish(order, now, is_cancelled=True)
        order.save()
    return order


def claim_quiet_orders(now: datetime) -> list[int]:
    """Orders that nobody works on any more. By the index grant_order_running."""
    return long_jobs.claim_quiet(GrantOrder, now)


def wake_worker(order_id: int) -> None:
    """Queues the work on an order. Without Redis the sweep finds it later."""
    long_jobs.enqueue_job("vip.jobs.work_on_order", order_id)


def _start(order: GrantOrder, now: datetime) -> None:
    found = Audience.load(order.audience).members(now).aggregate(meant=Count("pk"), last=Max("pk"))
    order.meant, order.member_max = found["meant"], found["last"] or 0
    order.started_at = order.beat_at = now


def _step(order: GrantOrder, now: datetime) -> None:
    reach_chunk(order, now)
    if not (order.granted or order.is_large):
        raise NotVip() if order.act == GrantOrder.Act.REVOKE else NobodyToGrant()
    order.note_step(now)
    if order.member_done >= order.member_max:
        _finish(order, now)


def _finish(order: GrantOrder, now: datetime, *, is_cancelled: bool = False) -> None:
    order.end(now, is_cancelled=is_cancelled)
    _record(order)
    if order.is_large:
        _report(order, now)


def _record(order: GrantOrder) -> None:
    """One entry for the whole order, in the name of who gave it."""
    audience = Audience.load(order.audience)
    is_one = audience.kind == NAMED and len(audience.member_ids) == 1
    one = next(iter(list_members(audience.member_ids).values()), None) if is_one else None
    record(
        ACTIONS[GrantOrder.Act(order.act)],
        actor=remembered_actor(order.actor_origin, order.actor_label, order.actor_user_id),
        member=one,
        target="" if one else f"{order.granted} members ({audience.kind})",
        reason=order.reason,
        days=order.days,
        granted=order.granted,
        skipped=order.skipped,
        order=order.pk,
        member_ids=list(audience.member_ids[:100]),
    )


def _report(order: GrantOrder, now: datetime) -> None:
    """Who gave the order is told in Telegram that it is over, if he is linked to a member."""
    member = find_staff_member(order.actor_user_id) if order.actor_user_id else None
    if member:
        queue_message(
            kind="vip.order_over",
            key=f"vip.order_over:{order.pk}",
            member_id=member.pk,
            due_at=now,
            order=order.pk,
        )
