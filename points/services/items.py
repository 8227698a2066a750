"""Items come and go under keys, beside an entry of their own; the wallet's lock guards them."""

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import MemberGone
from accounts.selectors import get_member
from accounts.services import Actor, clean_reason, queue_message, record
from points.errors import KeyReused, NothingToOpen, ReceiverFrozen, WalletFrozen
from points.models import Entry, Item, ItemEntry

from .chance import CHANCE
from .ledger import Cause, HeldWallet, credit, find_posting, lock_wallet, lock_wallets

JACKPOT_POINTS = (25, 50, 100)
JACKPOT_PERCENT = (50, 35, 15)
# Opened at one press; bounds the drawing, and what a card can show.
OPENED_MAX = 1_000
GIFT_QUANTITY_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCause:
    """Why items move. One `key` has one effect, for ever."""

    kind: str
    key: str
    now: datetime
    actor_user_id: int | None = None
    actor_label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """`outcome` counts the jackpots by the points they held."""

    count: int
    outcome: dict[int, int]
    points: int
    balance_after: int
    left: int


def add_item(wallet: HeldWallet, kind: str, quantity: int, cause: ItemCause) -> bool:
    """Puts items into the bag of a locked wallet's member. False: the key had been used before."""
    return not has_entry(cause.key) and bool(_move(wallet, kind, quantity, cause, {}))


def has_entry(key: str) -> bool:
    return ItemEntry.objects.filter(key=key).exists()


@transaction.atomic
def open_jackpots(
    *, member_id: int, count: int, key: str, now: datetime, chance: random.Random = CHANCE
) -> Opening:
    """Opens up to `count` jackpots; the same key returns the first opening.

    Raises NothingToOpen, WalletFrozen, KeyReused.
    """
    wallet = lock_wallet(member_id)
    item_key, posting_key = f"open:{key}", f"jackpot:{key}"
    entry = ItemEntry.objects.filter(key=item_key).select_related("item").first()
    if entry is None:
        outcome = _draw(wallet, count, chance)
        opened = sum(outcome.values())
        cause = ItemCause(kind=ItemEntry.Cause.OPENED, key=item_key, now=now)
        entry = _move(wallet, Item.Kind.JACKPOT, -opened, cause, outcome)
        points = sum(held * times for held, times in outcome.items())
        posted = Cause(kind=Entry.Kind.JACKPOT, key=posting_key, now=now, note=str(opened))
        credit(wallet, points, posted)
    elif entry.item.member_id != member_id:
        raise KeyReused()
    posting = find_posting(posting_key)
    assert posting is not None, "what was opened was credited in the same transaction"
    outcome = {int(held): times for held, times in entry.outcome.items()}
    return Opening(
        -entry.change, outcome, posting.amount, posting.balance_after, entry.quantity_after
    )


@transaction.atomic
def give_items(
    *,
    member_ids: Collection[int],
    quantity: int,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Gives each member that many jackpots, or nobody any; returns to how many it did.

    The same key gives once. Raises ReceiverFrozen, MemberGone, ReasonRequired.
    """
    assert 1 <= quantity <= GIFT_QUANTITY_MAX, "the form bounds it"
    reason = clean_reason(reason)
    wallets = lock_wallets(member_ids)
    given = 0
    for member_id, wallet in wallets.items():
        cause = ItemCause(
            kind=ItemEntry.Cause.GIFT,
            key=f"{key}:{member_id}",
            now=now,
            actor_user_id=actor.user_id,
            actor_label=actor.label[:150],
            note=reason,
        )
        given += _give(wallet, quantity, cause, actor)
    return given


def _give(wallet: HeldWallet, quantity: int, cause: ItemCause, actor: Actor) -> bool:
    member = get_member(wallet.member_id)
    if member.anonymised_at is not None:
        raise MemberGone()
    if wallet.is_frozen:
        raise ReceiverFrozen(name=member.display_name)
    if not add_item(wallet, Item.Kind.JACKPOT, quantity, cause):
        return False
    record("points.gift", actor=actor, member=member, reason=cause.note, jackpots=quantity)
    queue_message(
        kind="points.gift",
        key=f"points.gift:{cause.key}",
        member_id=member.pk,
        due_at=cause.now,
        count=quantity,
    )
    return True


def _draw(wallet: HeldWallet, count: int, chance: random.Random) -> dict[int, int]:
    if wallet.is_frozen:
        raise WalletFrozen()
    item = Item.objects.filter(member=wallet.member_id, kind=Item.Kind.JACKPOT).first()
    opened = min(count, item.quantity if item else 0, OPENED_MAX)
    if opened < 1:
        raise NothingToOpen()
    drawn = Counter(chance.choices(JACKPOT_POINTS, JACKPOT_PERCENT, k=opened))
    return dict(sorted(drawn.items()))


def _move(
    wallet: HeldWallet, kind: str, change: int, cause: ItemCause, outcome: dict[int, int]
) -> ItemEntry:
    item, _ = Item.objects.get_or_create(member_id=wallet.member_id, kind=kind)
    item.quantity += change
    item.save(update_fields=["quantity"])
    values: dict[str, Any] = {
        "cause": cause.kind,
        "key": cause.key,
        "actor_user_id": cause.actor_user_id,
        "actor_label": cause.actor_label,
        "note": cause.note,
        "created_at": cause.now,
    }
    return ItemEntry.objects.create(
        item=item,
        change=change,
        quantity_after=item.quantity,
        outcome={str(points): times for points, times in outcome.items()},
        **values,
    )
