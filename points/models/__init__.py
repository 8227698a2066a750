"""The tables of points, by what they are for. Everybody imports from here."""

from .boards import Board, DayScore
from .earning import DailyBonus, GroupMessage, Progress, Search
from .games import Game, Multiplier, PlayLimits, Seat
from .items import Item, ItemEntry
from .ledger import AMOUNT_MAX, Entry, LedgerCheck, Wallet
from .settings import PointsSettings, default_ladder, validate_ladder

__all__ = [
    "AMOUNT_MAX",
    "Board",
    "DailyBonus",
    "DayScore",
    "Entry",
    "Game",
    "GroupMessage",
    "Item",
    "ItemEntry",
    "LedgerCheck",
    "Multiplier",
    "PlayLimits",
    "PointsSettings",
    "Progress",
    "Search",
    "Seat",
    "Wallet",
    "default_ladder",
    "validate_ladder",
]
