"""Items come and go under keys, beside an entry of their own; the wallet's lock guards them.

The database's own triggers check each entry and move the quantity (points/migrations/0023).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from points.models import Item, ItemEntry
from project.sql import adapt_time, hot_cursor, rows_of

from .ledger import HeldWallet

_OPEN = """
    WITH found (member_id, kind) AS ({})
    INSERT INTO points_item (member_id, kind, quantity)
    SELECT member_id, kind, 0 FROM found WHERE TRUE ON CONFLICT DO NOTHING
"""
_ENTER = """
    WITH found (member_id, kind, cause, key, note, created_at) AS ({})
    INSERT INTO points_itementry (item_id, change, quantity_after, cause, key, outcome,
        actor_label, note, created_at)
    SELECT i.id, 1, i.quantity + 1, f.cause, f.key, '{{}}', '', f.note, f.created_at
    FROM found f JOIN points_item i ON i.member_id = f.member_id AND i.kind = f.kind
    WHERE TRUE ON CONFLICT (key) DO NOTHING
"""


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


def add_one_each(kinds: Mapping[int, str], causes: Mapping[int, ItemCause]) -> None:
    """One item of a kind for each of these members, whose wallets are locked, by two
    statements for all of them. A key that had been used before adds nothing."""
    opened = sorted(kinds.items())
    entered = [
        (member_id, kind, cause.kind, cause.key, cause.note, adapt_time(cause.now))
        for member_id, kind in opened
        for cause in [causes[member_id]]
    ]
    with hot_cursor() as cursor:
        rows, values = rows_of(("bigint", "text"), opened)
        cursor.execute(_OPEN.format(rows), values)
        rows, values = rows_of(("bigint", "text", "text", "text", "text", "timestamptz"), entered)
        cursor.execute(_ENTER.format(rows), values)


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
