"""Duel: one draw between two, each as likely to win both stakes."""

from .fairness import Draws

PLAYERS = 2


def winner(draws: Draws) -> int:
    """0: who challenged, 1: who was challenged."""
    return draws.below(PLAYERS)
