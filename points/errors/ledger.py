"""What is refused where points are moved."""

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


class AccountTooNew(Refusal):
    """A new member cannot send points or give VIP yet. Params: opens_at, wait."""

    code = "account_too_new"
    retryable = True


class TransferCapReached(Refusal):
    """More than may be sent in 24 hours. Params: cap, left."""

    code = "transfer_cap_reached"
    retryable = True


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
