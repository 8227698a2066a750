"""What the points services refuse."""

from project.errors import Refusal


class InvalidAmount(Refusal):
    """Not a whole number from 1 to 10^12. Params: text."""

    code = "invalid_amount"


class NotEnoughPoints(Refusal):
    """Params: balance, price, missing."""

    code = "not_enough_points"


class BelowZero(Refusal):
    """Staff would take more than the member has. Params: balance, change."""

    code = "below_zero"


class SelfTransfer(Refusal):
    """Nobody sends points to himself."""

    code = "self_transfer"


class TransferCapReached(Refusal):
    """More than may be sent in 24 hours. Params: cap, left."""

    code = "transfer_cap_reached"
    retryable = True


class TooEarly(Refusal):
    """The daily bonus was claimed already. Params: ready_at, wait, streak, amount."""

    code = "daily_too_early"
    retryable = True


class SearchTooEarly(Refusal):
    """The last search is too fresh. Params: ready_at, wait, is_reminded, count."""

    code = "search_too_early"
    retryable = True


class NothingToOpen(Refusal):
    """The bag holds no jackpot."""

    code = "nothing_to_open"


class NotReversible(Refusal):
    """A reversal itself, reversed already, or of a kind that is half of something. Params: kind."""

    code = "not_reversible"


class WalletFrozen(Refusal):
    """The member's points are frozen: nothing can be spent or received."""

    code = "frozen"


class ReceiverFrozen(Refusal):
    """The other member cannot receive points. Params: name."""

    code = "receiver_frozen"


class KeyReused(Refusal):
    """The key already had another effect: a forged or damaged request."""

    code = "key_reused"


class StakeTooHigh(Refusal):
    """More than may be staked in a game. Params: stake, max."""

    code = "stake_too_high"


class UnknownBet(Refusal):
    """Nothing that roulette knows. Params: text."""

    code = "unknown_bet"


class GamesPaused(Refusal):
    """The member has switched games off for himself. Params: until."""

    code = "games_paused"


class LossLimitReached(Refusal):
    """The stake could bring the loss of 24 hours above what the member allows himself.

    Params: max, left.
    """

    code = "loss_limit_reached"


class GameNotFound(Refusal):
    """No such game, or none that this member may see."""

    code = "game_not_found"


class GameOver(Refusal):
    """The game has ended meanwhile. Params: game_id."""

    code = "game_over"
