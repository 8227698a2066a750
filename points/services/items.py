"""Items come and go under keys, beside an entry of their own; the wallet's lock guards them.

The database's own triggers check each entry and move the quantity (points/migrations/0023).
"""

from dataclasses import dataclass
from datetime import datetime

from points.models import Item, ItemEntry

from .ledger import HeldWallet


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCause:
    """Why items move. One `key` has one effect, for ever."""

    kind: str
    key: str
    now: datetime
    note: str = ""


def add_item(wallet: HeldWallet, kind: str, quantity: int, cause: ItemCause) -> bool:
    """Puts items into the bag of a locked wallet's member. False: the key had been used before."""
    return find_entry(cause.key) is None and bool(move_item(wallet, kind, quantity, cause))


def find_entry(key: str) -> ItemEntry | None:
    """The entry that was written under this key, with its item, if any."""
    return ItemEntry.objects.filter(key=key).select_related("item").first()


def move_item(
    wallet: HeldWallet,
    kind: str,
    change: int,
    cause: ItemCause,
    outcome: dict[int, int] | None = None,
) -> ItemEntry:
    """Writes the entry that moves an item of a locked wallet's member."""
    item, _ = Item.objects.get_or_create(member_id=wallet.member_id, kind=kind)
    return ItemEntry.objects.create(
        item=item,
        change=change,
        quantity_after=item.quantity + change,
        outcome={str(points): times for points, times in (outcome or {}).items()},
        cause=cause.kind,
        key=cause.key,
        note=cause.note,
        created_at=cause.now,
    )
