"""The staff gives VIP: to one, to some, to all, in one transaction and by set-based statements.

A million members are never loaded: their memberships are locked, their history is
written by INSERT … SELECT, and their expiry is moved by one UPDATE from that history.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, F, IntegerField, Value
from django.db.models.functions import Cast, Concat

from accounts.services import Actor, clean_reason, queue_messages_for, record
from points.errors import KeyReused
from project.sql import insert_from
from vip.audience import NAMED, Audience, list_grantable, list_present
from vip.errors import InvalidDays, NobodyToGrant, UnknownOrder
from vip.models import DAYS_MAX, Grant, GrantOrder, Membership

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Member

# Above this the notices wait behind those of single members.
NOTICES_AT_ONCE_MAX = 100


@transaction.atomic
def grant_vip(
    *, audience: Audience, days: int, reason: str, actor: Actor, key: str, now: datetime
) -> GrantOrder:
    """Adds days to every member meant who can be given any, once per key.

    Locks the order, then the memberships in the order of their keys. Raises InvalidDays,
    ReasonRequired, NobodyToGrant, and KeyReused when the key gave something else.
    """
    order = draft_grant(audience=audience, days=days, reason=reason, actor=actor, key=key, now=now)
    return carry_out_grant(order_id=order.pk, actor=actor, now=now)


@transaction.atomic
def draft_grant(
    *, audience: Audience, days: int, reason: str, actor: Actor, key: str, now: datetime
) -> GrantOrder:
    """Writes down what is to be given, so that a button needs to carry its number only."""
    if not 1 <= days <= DAYS_MAX:
        raise InvalidDays(text=str(days))
    reason = clean_reason(reason)
    asked = {
        "audience": audience.dump(),
        "days": days,
        "reason": reason,
        "actor_user_id": actor.user_id,
    }
    order, is_new = GrantOrder.objects.get_or_create(
        key=key, defaults={**asked, "actor_label": actor.label[:150], "drafted_at": now}
    )
    if not is_new and any(getattr(order, name) != value for name, value in asked.items()):
        raise KeyReused()
    return order


@transaction.atomic
def carry_out_grant(*, order_id: int, actor: Actor, now: datetime) -> GrantOrder:
    """Carries out a draft of this very person; done already, it is returned as it was done.

    Raises UnknownOrder, NobodyToGrant.
    """
    order = GrantOrder.objects.select_for_update().filter(pk=order_id).first()
    if order is None or order.actor_user_id != actor.user_id:
        raise UnknownOrder()
    if order.done_at is None:
        _carry_out(order, actor, now)
    return order


def _carry_out(order: GrantOrder, actor: Actor, now: datetime) -> None:
    audience = Audience.load(order.audience)
    members = audience.members(now)
    _open_memberships(list_present(members))
    grantable = list_grantable(list_present(members), days=order.days, now=now)
    order.granted = _write_history(order, grantable, now)
    order.skipped = members.count() - order.granted
    if not order.granted:
        raise NobodyToGrant()
    _move_expiries(order)
    _tell(order, now)
    order.done_at = now
    order.save(update_fields=["done_at", "granted", "skipped"])
    _record(order, audience, members, actor)


def _open_memberships(members: "QuerySet[Member]") -> None:
    without = members.filter(membership=None)
    insert_from(Membership, without.annotate(member_id=F("pk")), ["member_id"])


def _write_history(order: GrantOrder, memberships: "QuerySet[Membership]", now: datetime) -> int:
    member_key = Cast("member_id", CharField())
    # Locked as they are read, in the order of their keys: an expiry that is being
    # bought at this moment is waited for, and what was bought is added to.
    rows = (
        memberships.order_by("pk")
        .select_for_update()
        .annotate(
            membership_id=F("member_id"),
            kind=Value(Grant.Kind.STAFF.value),
            key=Concat(Value(f"order:{order.pk}:"), member_key),
            days=Value(order.days, IntegerField()),
            until_before=F("vip_until"),
            until_after=F("until_new"),
            price=Value(0, IntegerField()),
            order_id=Value(order.pk, IntegerField()),
            actor_label=Value(order.actor_label),
            reason=Value(order.reason),
            created_at=Value(now, DateTimeField()),
        )
    )
    columns = ["membership_id", "kind", "key", "days", "until_before", "until_after", "price"]
    columns += ["order_id", "actor_label", "reason", "created_at"]
    if order.actor_user_id is not None:
        rows = rows.annotate(actor_user_id=Value(order.actor_user_id, IntegerField()))
        columns.append("actor_user_id")
    return insert_from(Grant, rows, columns)


def _move_expiries(order: GrantOrder) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vip_membership SET vip_until = g.until_after FROM vip_grant g"
            " WHERE g.order_id = %s AND g.membership_id = vip_membership.member_id",
            [order.pk],
        )


def _tell(order: GrantOrder, now: datetime) -> None:
    queue_messages_for(
        Membership.objects.filter(grants__order=order),
        kind="vip.granted",
        key_prefix=f"vip.granted:{order.pk}:",
        due_at=now,
        is_broadcast=order.granted > NOTICES_AT_ONCE_MAX,
        order=order.pk,
    )


def _record(
    order: GrantOrder, audience: Audience, members: "QuerySet[Member]", actor: Actor
) -> None:
    one = members.first() if audience.kind == NAMED and len(audience.member_ids) == 1 else None
    record(
        "vip.grant",
        actor=actor,
        member=one,
        target="" if one else f"{order.granted} members ({audience.kind})",
        reason=order.reason,
        days=order.days,
        granted=order.granted,
        skipped=order.skipped,
        order=order.pk,
        member_ids=list(audience.member_ids[:100]),
    )
