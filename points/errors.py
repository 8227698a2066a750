"""What the points services refuse."""

from project.errors import Refusal


class InvalidAmount(Refusal):
    """Not a whole number from 1 to 10^12. Params: text."""

    code = "invalid_amount"


class NotEnoughPoints(Refusal):
    """Params: balance, price, missing."""

    code = "not_enough_points"


class WalletFrozen(Refusal):
    """The member's points are frozen: nothing can be spent or received."""

    code = "frozen"


class ReceiverFrozen(Refusal):
    """The other member cannot receive points. Params: name."""

    code = "receiver_frozen"


class KeyReused(Refusal):
    """The key already had another effect: a forged or damaged request."""

    code = "key_reused"
