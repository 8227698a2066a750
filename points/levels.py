"""How much XP makes which level. Going from level L to L + 1 costs 100 · L."""

from math import isqrt


def xp_of_level(level: int) -> int:
    """The XP at which a level begins."""
    return 50 * level * (level - 1)


def level_of_xp(xp: int) -> int:
    """The highest level that this XP reaches: the root of 50 · L · (L − 1) = xp, rounded down."""
    return (1 + isqrt(1 + 2 * xp // 25)) // 2
