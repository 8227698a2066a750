"""A duel is drawn the moment it is accepted."""

from datetime import datetime

from points.games import duel
from points.games.fairness import Draws

from .table import HeldGame, settle_game, winner_takes_all
from .telling import Turn, turn_of


def draw_duel(held: HeldGame, now: datetime) -> Turn:
    """Both stakes are in: one of the two takes them."""
    place = duel.winner(Draws(held.game.seed))
    ends = winner_takes_all(held.seats, place)
    return turn_of(held, settle_game(held, ends, {"place": place}, now))
