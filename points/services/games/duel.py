"""A duel is drawn the moment it is accepted."""

from datetime import datetime

from points.games import duel
from points.games.fairness import Draws

from .table import End, HeldGame, Outcome, settle_game
from .telling import Turn, turn_of


def draw_duel(held: HeldGame, now: datetime) -> Turn:
    """Both stakes are in: one of the two takes them."""
    place = duel.winner(Draws(held.game.seed))
    total = sum(seat.stake for seat in held.seats)
    ends = {seat.member_id: End(Outcome.LOSS, 0) for seat in held.seats}
    ends[held.seats[place].member_id] = End(Outcome.WIN, total)
    return turn_of(held, settle_game(held, ends, {"place": place}, now))
