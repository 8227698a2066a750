"""Slots: three reels, drawn one after the other."""

from collections import Counter
from fractions import Fraction
from itertools import product

from .fairness import Draws

SYMBOLS = ("🍒", "🍋", "🍊", "🍇", "⭐", "💎", "7️⃣")
WEIGHTS = (30, 25, 20, 15, 5, 3, 2)
# Total return, in halves of the stake, so that one and a half is a whole number.
THREE_ALIKE_HALVES = (4, 6, 10, 20, 40, 100, 200)
TWO_ALIKE_HALVES = 3


def spin(draws: Draws) -> list[int]:
    """Places in SYMBOLS."""
    return [draws.pick(WEIGHTS) for _ in range(3)]


def payout(reels: list[int], stake: int) -> int:
    """Total return, rounded down."""
    [(symbol, times), *_] = Counter(reels).most_common()
    if times == 1:
        return 0
    halves = THREE_ALIKE_HALVES[symbol] if times == 3 else TWO_ALIKE_HALVES
    return stake * halves // 2


def return_to_player(stake: int) -> Fraction:
    """The mean of payout / stake over all reels, each as likely as its weights."""
    total = 0
    for reels in product(range(len(SYMBOLS)), repeat=3):
        first, second, third = reels
        weight = WEIGHTS[first] * WEIGHTS[second] * WEIGHTS[third]
        total += weight * payout(list(reels), stake)
    return Fraction(total, sum(WEIGHTS) ** 3 * stake)
