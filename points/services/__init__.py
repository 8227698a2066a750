"""Everything that may be done with points. Other apps import from here."""

from points.amounts import parse_amount, parse_change, split_amount

from .adjust import Adjustment, adjust
from .board_marks import mark_boards
from .boards import SCORES_PER_BATCH, add_day_score, forget_day_scores, refresh_scores
from .daily import DailyClaim, claim_daily, put_off_daily_reminder, set_daily_reminder
from .games import (
    BLACKJACK_IDLE,
    OwnLimits,
    Play,
    Turn,
    accept_challenge,
    cancel_game,
    challenge,
    choose_move,
    decline_challenge,
    double,
    end_due_games,
    hit,
    is_played,
    join_pot,
    just_played,
    limit_losses,
    may_double,
    open_pot,
    own_limits_of,
    pause_games,
    play_roulette,
    play_slots,
    stand,
    start_blackjack,
    withdraw_challenge,
)
from .gifts import GIFT_QUANTITY_MAX, Gift, give_items
from .group_messages import forget_group_messages
from .jackpots import Opening, open_jackpots
from .ledger import (
    Cause,
    HeldWallet,
    Posting,
    credit,
    debit,
    find_posting,
    lock_wallet,
    lock_wallets,
    open_wallet,
)
from .legacy import (
    import_daily,
    import_items,
    import_multiplier,
    import_points,
    import_progress,
)
from .multipliers import MULTIPLIER_FACTORS, Switched, use_multiplier
from .providers import mark_providers, set_headline, unmark_provider
from .referral import reward_referral
from .reset import Reset, reset_points
from .reverse import reverse_entry
from .search import Find, Perks, search, set_reminder
from .search_many import Sought, search_many, times_of_searches
from .transfer import NOTE_LENGTH_MAX, Receipt, check_age, transfer
from .verify import verify_ledger
from .void_vouch import void_vouch
from .vouches import Photo, Vouched, give_vouch
from .welcome import welcome
from .xp import LevelUp, earn_by_message, earn_by_reaction

__all__ = [
    "BLACKJACK_IDLE",
    "GIFT_QUANTITY_MAX",
    "MULTIPLIER_FACTORS",
    "NOTE_LENGTH_MAX",
    "SCORES_PER_BATCH",
    "Adjustment",
    "Cause",
    "DailyClaim",
    "Find",
    "Gift",
    "HeldWallet",
    "LevelUp",
    "Opening",
    "OwnLimits",
    "Perks",
    "Photo",
    "Play",
    "Posting",
    "Receipt",
    "Reset",
    "Sought",
    "Switched",
    "Turn",
    "Vouched",
    "accept_challenge",
    "add_day_score",
    "adjust",
    "cancel_game",
    "challenge",
    "check_age",
    "choose_move",
    "claim_daily",
    "credit",
    "debit",
    "decline_challenge",
    "double",
    "earn_by_message",
    "earn_by_reaction",
    "end_due_games",
    "find_posting",
    "forget_day_scores",
    "forget_group_messages",
    "give_items",
    "give_vouch",
    "hit",
    "import_daily",
    "import_items",
    "import_multiplier",
    "import_points",
    "import_progress",
    "is_played",
    "join_pot",
    "just_played",
    "limit_losses",
    "lock_wallet",
    "lock_wallets",
    "mark_boards",
    "mark_providers",
    "may_double",
    "open_jackpots",
    "open_pot",
    "open_wallet",
    "own_limits_of",
    "parse_amount",
    "parse_change",
    "pause_games",
    "play_roulette",
    "play_slots",
    "put_off_daily_reminder",
    "refresh_scores",
    "reset_points",
    "reverse_entry",
    "reward_referral",
    "search",
    "search_many",
    "set_daily_reminder",
    "set_headline",
    "set_reminder",
    "split_amount",
    "stand",
    "start_blackjack",
    "times_of_searches",
    "transfer",
    "unmark_provider",
    "use_multiplier",
    "verify_ledger",
    "void_vouch",
    "welcome",
    "withdraw_challenge",
]
