"""One chunk of an order: a range of members, reached by one statement for each table.

Members are never loaded: their memberships are locked, their history is written by
INSERT … SELECT, and their expiry is moved by one UPDATE from that history.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import CharField, DateTimeField, F, IntegerField, Value
from django.db.models.functions import Cast, Concat

from accounts.services import queue_messages_for
from project.sql import insert_from
from vip.audience import Audience, list_changeable, list_present
from vip.models import Grant, GrantOrder, Membership

from .auto_search import wake_auto_searches

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Member

# Above this the notices wait behind those of single members.
NOTICES_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True)
class _Range:
    """Members' numbers, `after` exclusive."""

    after: int
    end: int


def reach_chunk(order: GrantOrder, now: datetime) -> None:
    """Reaches the next members of a locked order and moves its counts; does not save it."""
    assert order.started_at is not None
    # Who is meant is judged as of the start, his expiry as it stands when he is reached.
    meant = Audience.load(order.audience).members(order.started_at)
    span = _Range(order.member_done, _find_end(order, meant))
    meant = meant.filter(pk__gt=span.after, pk__lte=span.end)
    is_gift = order.act == GrantOrder.Act.GIVE
    if is_gift:
        _open_memberships(list_present(meant))
    # Counted before the expiries move: who never was VIP is, afterwards.
    count = meant.count()
    memberships = list_changeable(meant, act=order.act, days=order.days, now=now)
    # The same bounds once more: the database need not look at the rest of the table.
    memberships = memberships.filter(pk__gt=span.after, pk__lte=span.end)
    changed = _write_history(order, memberships, now)
    _move_expiries(order, span)
    if is_gift:
        wake_auto_searches(span.after, span.end, now)
    _tell(order, span, now)
    order.granted += changed
    order.skipped += max(count - changed, 0)
    order.member_done = span.end


def _find_end(order: GrantOrder, meant: "QuerySet[Member]") -> int:
    rest = meant.filter(pk__gt=order.member_done, pk__lte=order.member_max)
    last = order.AT_ONCE_MAX - 1
    # By the primary key, so far and no further.
    ends = rest.order_by("pk").values_list("pk", flat=True)[last : last + 1]
    return next(iter(ends), order.member_max)


def _open_memberships(members: "QuerySet[Member]") -> None:
    without = members.filter(membership=None)
    insert_from(Membership, without.annotate(member_id=F("pk")), ["member_id"])


def _write_history(order: GrantOrder, memberships: "QuerySet[Membership]", now: datetime) -> int:
    is_gift = order.act == GrantOrder.Act.GIVE
    # Locked as they are read, in the order of their keys: an expiry that is being
    # bought at this moment is waited for, and what was bought is added to.
    rows = (
        memberships.order_by("pk")
        .select_for_update()
        .annotate(
            membership_id=F("member_id"),
            kind=Value((Grant.Kind.STAFF if is_gift else Grant.Kind.REVOKED).value),
            key=Concat(Value(f"order:{order.pk}:"), Cast("member_id", CharField())),
            until_before=F("vip_until"),
            until_after=F("until_new"),
            price=Value(0, IntegerField()),
            order_id=Value(order.pk, IntegerField()),
            actor_label=Value(order.actor_label),
            reason=Value(order.reason),
            created_at=Value(now, DateTimeField()),
        )
    )
    columns = ["membership_id", "kind", "key", "until_before", "until_after", "price"]
    columns += ["order_id", "actor_label", "reason", "created_at"]
    if is_gift:
        rows = rows.annotate(days=Value(order.days, IntegerField()))
        columns.append("days")
    if order.actor_user_id is not None:
        rows = rows.annotate(actor_user_id=Value(order.actor_user_id, IntegerField()))
        columns.append("actor_user_id")
    return insert_from(Grant, rows, columns)


def _move_expiries(order: GrantOrder, span: _Range) -> None:
    """By the index grant_of_order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vip_membership SET vip_until = g.until_after FROM vip_grant g"
            " WHERE g.order_id = %s AND g.membership_id = vip_membership.member_id"
            " AND g.membership_id > %s AND g.membership_id <= %s",
            [order.pk, span.after, span.end],
        )


def _tell(order: GrantOrder, span: _Range, now: datetime) -> None:
    is_gift = order.act == GrantOrder.Act.GIVE
    kind = "vip.granted" if is_gift else "vip.revoked"
    # The bounds of the history too, or all that the order has written would be read again.
    given = Membership.objects.filter(
        grants__order=order, grants__membership__gt=span.after, grants__membership__lte=span.end
    )
    queue_messages_for(
        given.filter(pk__gt=span.after, pk__lte=span.end),
        kind=kind,
        key_prefix=f"{kind}:order:{order.pk}:",
        due_at=now,
        is_broadcast=order.meant > NOTICES_AT_ONCE_MAX,
        order=order.pk,
    )
