"""Roulette on a European wheel: one ball, 37 numbers, one zero."""

from fractions import Fraction

from .fairness import Draws

NUMBERS = 37
RED = frozenset((1, 3, 5, 7, 9, 12, 14, 16, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36))
# What each bet wins with. The zero wins with nothing but itself.
BETS: dict[str, frozenset[int]] = {
    "red": RED,
    "black": frozenset(range(1, NUMBERS)) - RED,
    "even": frozenset(range(2, NUMBERS, 2)),
    "odd": frozenset(range(1, NUMBERS, 2)),
    "low": frozenset(range(1, 19)),
    "high": frozenset(range(19, NUMBERS)),
    "dozen1": frozenset(range(1, 13)),
    "dozen2": frozenset(range(13, 25)),
    "dozen3": frozenset(range(25, NUMBERS)),
    **{str(number): frozenset((number,)) for number in range(NUMBERS)},
}


def spin(draws: Draws) -> int:
    return draws.below(NUMBERS)


def factor(bet: str) -> int:
    """Total return of a bet that wins, in stakes: as if there were no zero."""
    return (NUMBERS - 1) // len(BETS[bet])


def payout(bet: str, ball: int, stake: int) -> int:
    """Total return; always whole, so nothing is rounded."""
    return stake * factor(bet) if ball in BETS[bet] else 0


def return_to_player(bet: str) -> Fraction:
    """The mean of payout / stake: every ball is as likely."""
    return Fraction(len(BETS[bet]) * factor(bet), NUMBERS)
