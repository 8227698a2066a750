"""Opening jackpots."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from points.errors import KeyReused, NothingToOpen, WalletFrozen
from points.models import Entry, Item, ItemEntry

from .chance import CHANCE
from .items import ItemCause, find_entry, move_item
from .ledger import Cause, HeldWallet, credit, find_posting, lock_wallet

JACKPOT_POINTS = (25, 50, 100)
JACKPOT_PERCENT = (50, 35, 15)
# Opened at one press; bounds the drawing, and what a card can show.
OPENED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Opening:
    """`outcome` counts the jackpots by the points they held."""

    count: int
    outcome: dict[int, int]
    points: int
    balance_after: int
    left: int


@transaction.atomic
def open_jackpots(
    *, member_id: int, count: int, key: str, now: datetime, chance: random.Random = CHANCE
) -> Opening:
    """Opens up to `count` jackpots; the same key returns the first opening.

    Raises NothingToOpen, WalletFrozen, KeyReused.
    """
    wallet = lock_wallet(member_id)
    item_key, posting_key = f"open:{key}", f"jackpot:{key}"
    entry = find_entry(item_key)
    if entry is None:
        outcome = _draw(wallet, count, chance)
        opened = sum(outcome.values())
        cause = ItemCause(kind=ItemEntry.Cause.OPENED, key=item_key, now=now)
        entry = move_item(wallet, Item.Kind.JACKPOT, -opened, cause, outcome)
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


def _draw(wallet: HeldWallet, count: int, chance: random.Random) -> dict[int, int]:
    if wallet.is_frozen:
        raise WalletFrozen()
    item = Item.objects.filter(member=wallet.member_id, kind=Item.Kind.JACKPOT).first()
    opened = min(count, item.quantity if item else 0, OPENED_MAX)
    if opened < 1:
        raise NothingToOpen()
    drawn = Counter(chance.choices(JACKPOT_POINTS, JACKPOT_PERCENT, k=opened))
    return dict(sorted(drawn.items()))
