"""The tables of points, by what they are for. Everybody imports from here."""

from .earning import DailyBonus, GroupMessage, Progress, Search
from .items import Item, ItemEntry
from .ledger import AMOUNT_MAX, Entry, LedgerCheck, Wallet
from .settings import PointsSettings, default_ladder, validate_ladder

__all__ = [
    "AMOUNT_MAX",
    "DailyBonus",
    "Entry",
    "GroupMessage",
    "Item",
    "ItemEntry",
    "LedgerCheck",
    "PointsSettings",
    "Progress",
    "Search",
    "Wallet",
    "default_ladder",
    "validate_ladder",
]
