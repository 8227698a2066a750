"""Games as they stand, and what a member brings to the next one."""

from fractions import Fraction
from functools import cache

from points.errors import GameNotFound
from points.games import roulette, slots
from points.games.fairness import hash_of, seed_of
from points.models import Game, Multiplier, Seat

__all__ = [
    "ROULETTE_BETS",
    "SLOTS_SYMBOLS",
    "active_multiplier",
    "find_game",
    "hash_of",
    "roulette_colour",
    "roulette_factor",
    "roulette_return",
    "seed_of",
    "slots_return",
    "slots_table",
]

ROULETTE_BETS = roulette.BETS
SLOTS_SYMBOLS = slots.SYMBOLS


def roulette_colour(ball: int) -> str:
    """red, black, or green for the zero."""
    if not ball:
        return "green"
    return "red" if ball in roulette.RED else "black"


def roulette_factor(bet: str) -> int:
    """What a bet returns when it wins, in stakes."""
    return roulette.factor(bet)


def roulette_return() -> Fraction:
    """What comes back of a stake, whatever it is on."""
    return roulette.return_to_player("red")


@cache
def slots_return() -> Fraction:
    """What comes back of an even stake; an odd one loses half a point more where halves are cut."""
    return slots.return_to_player(stake=2)


def slots_table() -> list[tuple[str, Fraction, int]]:
    """Each symbol with its chance on a reel, and what three of it return in stakes."""
    chances = (Fraction(weight, sum(slots.WEIGHTS)) for weight in slots.WEIGHTS)
    factors = (halves // 2 for halves in slots.THREE_ALIKE_HALVES)
    return list(zip(slots.SYMBOLS, chances, factors, strict=True))


def active_multiplier(member_id: int) -> Multiplier | None:
    return Multiplier.objects.filter(pk=member_id, games_left__gt=0).first()


def find_game(game_id: int, *, viewer_id: int, sees_all: bool) -> tuple[Game, list[Seat]]:
    """A game and its seats, for who played in it, and for all when it was played in a group.

    `sees_all` is for staff. Raises GameNotFound, also where there is one that is none of his.
    """
    game = Game.objects.filter(pk=game_id).first()
    if game is None:
        raise GameNotFound()
    seats = list(game.seats.select_related("member").order_by("id"))
    is_player = any(seat.member_id == viewer_id for seat in seats)
    if not (is_player or sees_all or game.chat_telegram_id is not None):
        raise GameNotFound()
    return game, seats
