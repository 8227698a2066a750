"""The tables of points, by what they are for. Everybody imports from here."""

from .boards import Board, BoardMark, BoardState, DayScore, Period, Score
from .earning import DailyBonus, GroupMessage, Progress, Search
from .games import Game, Multiplier, PlayLimits, Seat
from .items import Item, ItemEntry
from .ledger import AMOUNT_MAX, Entry, LedgerCheck, Wallet
from .settings import PointsSettings, default_ladder, validate_ladder
from .vouches import HEADLINE_LENGTH_MAX, Vouch, VouchProvider

__all__ = [
    "AMOUNT_MAX",
    "HEADLINE_LENGTH_MAX",
    "Board",
    "BoardMark",
    "BoardState",
    "DailyBonus",
    "DayScore",
    "Entry",
    "Game",
    "GroupMessage",
    "Item",
    "ItemEntry",
    "LedgerCheck",
    "Multiplier",
    "Period",
    "PlayLimits",
    "PointsSettings",
    "Progress",
    "Score",
    "Search",
    "Seat",
    "Vouch",
    "VouchProvider",
    "Wallet",
    "default_ladder",
    "validate_ladder",
]
