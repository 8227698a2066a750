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
from .supply import minted_and_burnt
from .tables import MOVES, Table, find_open_pot, is_game_over, read_table
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
    "BLACKJACK_RETURN",
    "CAP_WINDOW",
    "HISTORY_PAGE",
    "MOVES",
    "ROULETTE_BETS",
    "SLOTS_SYMBOLS",
    "Board",
    "DailyStanding",
    "GiftPreview",
    "HistoryPage",
    "Leader",
    "Period",
    "PlayTotals",
    "Replay",
    "Standing",
    "Table",
    "Waits",
    "active_multiplier",
    "bag_of",
    "balance_of",
    "blackjack_table",
    "bonus_of_day",
    "card_name",
    "count_given",
    "count_jackpots",
    "counted_at",
    "daily_standing",
    "find_blackjack",
    "find_game",
    "find_open_pot",
    "find_providers",
    "find_reminded_claim",
    "get_entry",
    "get_seat",
    "get_settings",
    "get_vouch",
    "hash_of",
    "history_page",
    "is_game_over",
    "is_reminder_due",
    "is_soft",
    "last_vouches",
    "leaders",
    "level_of_xp",
    "list_game_entries",
    "list_providers",
    "list_receivers",
    "list_seats",
    "mark_of",
    "minted_and_burnt",
    "next_day",
    "play_totals",
    "points_of",
    "preview_gift",
    "progress_of",
    "provider_of",
    "read_table",
    "replay_game",
    "roulette_colour",
    "roulette_factor",
    "roulette_return",
    "seed_of",
    "slots_return",
    "slots_table",
    "standing_of",
    "transfer_left",
    "transfer_opens_at",
    "waits_of",
    "xp_of_level",
]
