"""Pot: one of all who put something in takes everything, as likely as his part of it."""

from collections.abc import Sequence

from .fairness import Draws


def winner(draws: Draws, stakes: Sequence[int]) -> int:
    """A place among the stakes, which stand in the order in which they came."""
    return draws.pick(stakes)
