"""What is refused of bags and gifts."""

from project.errors import Refusal


class NothingToOpen(Refusal):
    """The bag holds no jackpot."""

    code = "nothing_to_open"


class NothingToUse(Refusal):
    """The bag holds no multiplier of this kind."""

    code = "nothing_to_use"


class MultiplierActive(Refusal):
    """One multiplier at a time. Params: factor, games."""

    code = "multiplier_active"


class NobodyToGive(Refusal):
    """None of the members meant can receive anything."""

    code = "nobody_to_give"
