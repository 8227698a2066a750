"""The staff gives items: to one, to some, to all that a list shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import (
    CharField,
    DateTimeField,
    F,
    IntegerField,
    JSONField,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Concat

from accounts.services import Actor, clean_reason, queue_messages_for, record
from points.errors import NobodyToGive
from points.models import Item, ItemEntry, Wallet
from points.selectors import list_receivers, preview_gift
from project.sql import insert_from

from .ledger import lock_wallets

if TYPE_CHECKING:
    from accounts.models import Member

GIFT_QUANTITY_MAX = 100
# Given in one transaction: so long their wallets wait.
CHUNK = 1_000
# Above this the notices wait behind those of single members, and the audit counts the
# members where it otherwise names each; the history of items names them all.
NAMED_MAX = 100


@dataclass(frozen=True, slots=True)
class Gift:
    """`skipped` can receive nothing."""

    given: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    kind: str
    quantity: int
    reason: str
    key: str
    actor: Actor
    now: datetime
    is_large: bool


def give_items(
    *,
    members: "QuerySet[Member]",
    kind: str,
    quantity: int,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Gift:
    """Gives that many to each member who can receive; the same key gives each of them once.

    A transaction for each thousand: one for all would keep every wallet locked until the
    last. Broken off in the middle, the same key gives to the rest. Raises NobodyToGive,
    ReasonRequired.
    """
    assert 1 <= quantity <= GIFT_QUANTITY_MAX, "the form bounds it"
    reason = clean_reason(reason)
    preview = preview_gift(members)
    if not preview.given:
        raise NobodyToGive()
    order = _Order(
        kind=Item.Kind(kind),
        quantity=quantity,
        reason=reason,
        key=key,
        actor=actor,
        now=now,
        is_large=preview.given > NAMED_MAX,
    )
    given = sum(_give(order, members.filter(pk__in=ids), ids) for ids in _chunks(members))
    return Gift(given, preview.skipped)


def _chunks(members: "QuerySet[Member]") -> Iterator[list[int]]:
    ids = members.order_by("pk").values_list("pk", flat=True)
    chunk = list(ids[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(ids.filter(pk__gt=chunk[-1])[:CHUNK])


@transaction.atomic
def _give(order: _Order, members: "QuerySet[Member]", member_ids: list[int]) -> int:
    """By statements over all of them, however many."""
    lock_wallets(member_ids)
    # By their keys, whatever the statistics of a table that grows while it is read.
    known = ItemEntry.objects.filter(key__in=[f"{order.key}:{pk}" for pk in member_ids])
    given = set(known.values_list("item__member_id", flat=True))
    free = list_receivers(members).values_list("pk", flat=True)
    receivers = sorted(set(free) - given)
    if not receivers:
        return 0
    wallets = Wallet.objects.filter(pk__in=receivers)
    opened = wallets.annotate(kind=Value(order.kind), quantity=Value(0, IntegerField()))
    insert_from(Item, opened, ["member_id", "kind", "quantity"])
    _write_history(order, Item.objects.filter(kind=order.kind, member__in=receivers))
    queue_messages_for(
        wallets,
        kind="points.gift",
        key_prefix=f"points.gift:{order.key}:",
        due_at=order.now,
        is_broadcast=order.is_large,
        count=order.quantity,
        item=order.kind,
    )
    _record(order, members.filter(pk__in=receivers), len(receivers))
    return len(receivers)


def _write_history(order: _Order, items: QuerySet[Item]) -> None:
    """The entries move the quantities, by the database's own trigger."""
    rows = items.annotate(
        item_id=F("pk"),
        change=Value(order.quantity, IntegerField()),
        quantity_after=F("quantity") + order.quantity,
        cause=Value(ItemEntry.Cause.GIFT.value),
        key=Concat(Value(f"{order.key}:"), Cast("member_id", CharField())),
        outcome=Value({}, JSONField()),
        actor_label=Value(order.actor.label[:150]),
        note=Value(order.reason),
        created_at=Value(order.now, DateTimeField()),
    )
    columns = ["item_id", "change", "quantity_after", "cause", "key", "outcome", "actor_label"]
    columns += ["note", "created_at"]
    if order.actor.user_id is not None:
        rows = rows.annotate(actor_user_id=Value(order.actor.user_id, IntegerField()))
        columns.append("actor_user_id")
    insert_from(ItemEntry, rows, columns)


def _record(order: _Order, receivers: "QuerySet[Member]", count: int) -> None:
    facts: dict[str, Any] = {"item": order.kind, "quantity": order.quantity, "key": order.key}
    if order.is_large:
        target = f"{count} members"
        record("points.gift", actor=order.actor, target=target, reason=order.reason, **facts)
        return
    for member in receivers.order_by("pk"):
        record("points.gift", actor=order.actor, member=member, reason=order.reason, **facts)
