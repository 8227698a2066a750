"""Reads of the points app. Other apps import from here."""

from points.levels import level_of_xp, xp_of_level
from points.models import Board, Period

from .blackjack import (
    BLACKJACK_RETURN,
    blackjack_table,
    card_name,
    find_blackjack,
    is_soft,
    points_of,
)
from .daily import DailyStanding, daily_standing, find_reminded_claim, mark_of, next_day
from .game_history import PlayTotals, get_seat, list_game_entries, list_seats, play_totals
from .games import (
    ROULETTE_BETS,
    SLOTS_SYMBOLS,
    active_multiplier,
    find_game,
    hash_of,
    roulette_colour,
    roulette_factor,
    roulette_return,
    seed_of,
    slots_return,
    slots_table,
)
from .gifts import GiftPreview, list_receivers, preview_gift
from .history import HISTORY_PAGE, HistoryPage, get_entry, history_page
from .items import bag_of, count_jackpots
from .leaders import Leader, Standing, counted_at, leaders, standing_of
from .progress import progress_of
from .replay import Replay, replay_game
from .search import is_reminder_due
from .tables import MOVES, Table, find_open_pot, read_table
from .transfers import CAP_WINDOW, transfer_left, transfer_opens_at
from .vouches import (
    count_given,
    find_providers,
    get_vouch,
    last_vouches,
    list_providers,
    provider_of,
)
from .waits import Waits, waits_of
from .wallets import balance_of, bonus_of_day, get_settings

__all__ = [
    "CAP_WINDOW",
    "transfer_left",
    "transfer_opens_at",
    "BLACKJACK_RETURN",
    "blackjack_table",
    "card_name",
    "find_blackjack",
    "is_soft",
    "points_of",
    "HISTORY_PAGE",
    "ROULETTE_BETS",
    "MOVES",
    "Table",
    "find_open_pot",
    "read_table",
    "SLOTS_SYMBOLS",
    "active_multiplier",
    "hash_of",
    "seed_of",
    "HistoryPage",
    "Board",
    "Leader",
    "DailyStanding",
    "Waits",
    "daily_standing",
    "find_reminded_claim",
    "mark_of",
    "next_day",
    "waits_of",
    "Replay",
    "Period",
    "Standing",
    "PlayTotals",
    "GiftPreview",
    "bag_of",
    "list_receivers",
    "preview_gift",
    "balance_of",
    "bonus_of_day",
    "count_given",
    "count_jackpots",
    "find_providers",
    "find_game",
    "counted_at",
    "get_entry",
    "get_seat",
    "get_settings",
    "get_vouch",
    "history_page",
    "is_reminder_due",
    "last_vouches",
    "leaders",
    "level_of_xp",
    "list_providers",
    "list_game_entries",
    "list_seats",
    "play_totals",
    "progress_of",
    "replay_game",
    "roulette_colour",
    "roulette_factor",
    "roulette_return",
    "provider_of",
    "slots_return",
    "slots_table",
    "standing_of",
    "xp_of_level",
]
