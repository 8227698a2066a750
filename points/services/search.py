"""Searching for points, with a waiting time between two searches."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.services import queue_message
from points.errors import SearchTooEarly, WalletFrozen
from points.models import Entry, Item, ItemEntry, PointsSettings, Search
from points.selectors import get_settings

from .chance import CHANCE
from .items import ItemCause, add_item, find_entry
from .ledger import Cause, HeldWallet, credit, find_posting, lock_wallet


@dataclass(frozen=True, slots=True)
class Perks:
    """What makes searching better for some."""

    points_factor: int = 1
    cooldown_divisor: int = 1


@dataclass(frozen=True, slots=True)
class Find:
    amount: int
    balance_after: int
    count: int
    ready_at: datetime
    is_reminded: bool
    # What lay beside the points: an item's kind, or nothing.
    item: str


NO_PERKS = Perks()
# Which item is found, where one is.
ITEM_KINDS = (Item.Kind.JACKPOT, Item.Kind.MULTIPLIER_X2, Item.Kind.MULTIPLIER_X3)
ITEM_PERCENT = (60, 30, 10)


@transaction.atomic
def search(
    *,
    member_id: int,
    key: str,
    now: datetime,
    perks: Perks = NO_PERKS,
    chance: random.Random = CHANCE,
) -> Find:
    """Credits what is found; the same key returns the first find.

    Raises SearchTooEarly, WalletFrozen. A clock that was set back only makes the wait longer.
    """
    wallet = lock_wallet(member_id)
    row = Search.objects.filter(pk=member_id).first()
    posting = find_posting(f"search:{key}")
    if posting is None or row is None:
        _check_allowed(wallet, row, now)
        numbers = get_settings()
        cause = Cause(kind=Entry.Kind.SEARCH, key=f"search:{key}", now=now)
        posting = credit(wallet, draw_points(numbers, perks, chance), cause)
        if item := draw_item(numbers, chance):
            add_item(wallet, item, 1, cause_of_item(key, now))
        row = _note_search(member_id, row, numbers, perks, now)
    found = find_entry(f"search:{key}")
    return Find(
        posting.amount,
        posting.balance_after,
        row.count,
        row.ready_at,
        row.is_reminded,
        item=found.item.kind if found else "",
    )


@transaction.atomic
def set_reminder(*, member_id: int, count: int, is_on: bool, now: datetime) -> Search | None:
    """Whether to tell the member once when the wait after search number `count` is over.

    Returns where he stands; nothing is changed once that wait is over or another has begun.
    Raises WalletFrozen.
    """
    if lock_wallet(member_id).is_frozen:
        raise WalletFrozen()
    row = Search.objects.filter(pk=member_id).first()
    if row is None or row.count != count or now >= row.ready_at or row.is_reminded == is_on:
        return row
    row.is_reminded = is_on
    row.save(update_fields=["is_reminded"])
    if is_on:
        # Once taken back, the waiting message finds nothing to tell; taken on again, it does.
        queue_message(
            kind="points.search_ready",
            key=f"points.search_ready:{member_id}:{count}",
            member_id=member_id,
            due_at=row.ready_at,
            count=count,
        )
    return row


def _check_allowed(wallet: HeldWallet, row: Search | None, now: datetime) -> None:
    if wallet.is_frozen:
        raise WalletFrozen()
    if row is not None and now < row.ready_at:
        raise SearchTooEarly(
            ready_at=row.ready_at,
            wait=row.ready_at - now,
            count=row.count,
            is_reminded=row.is_reminded,
        )


def draw_points(numbers: PointsSettings, perks: Perks, chance: random.Random) -> int:
    found = chance.randint(numbers.search_points_min, numbers.search_points_max)
    return found * perks.points_factor


def draw_item(numbers: PointsSettings, chance: random.Random) -> str:
    """The kind of item that lies beside the points, or nothing."""
    if chance.randrange(100) >= numbers.search_item_percent:
        return ""
    return chance.choices(ITEM_KINDS, ITEM_PERCENT)[0].value


def cause_of_item(key: str, now: datetime) -> ItemCause:
    return ItemCause(kind=ItemEntry.Cause.SEARCH, key=f"search:{key}", now=now)


def cooldown_of(numbers: PointsSettings, perks: Perks) -> timedelta:
    return timedelta(seconds=numbers.search_cooldown_seconds) / perks.cooldown_divisor


def _note_search(
    member_id: int, row: Search | None, numbers: PointsSettings, perks: Perks, now: datetime
) -> Search:
    noted = Search(
        pk=member_id,
        count=row.count + 1 if row else 1,
        searched_at=now,
        ready_at=now + cooldown_of(numbers, perks),
        is_reminded=False,
    )
    noted.save(force_insert=row is None, force_update=row is not None)
    return noted
