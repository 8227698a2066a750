"""Games in words: what was asked, and what came of it. For games that are over only."""

import json
from collections.abc import Callable, Sequence

from points.models import Game, Seat
from points.selectors import SLOTS_SYMBOLS, card_name, points_of, roulette_colour

ENDS = {
    "staff": "ended by staff",
    "alone": "nobody else joined",
    "frozen": "a player was frozen or banned",
    "idle": "a player did not choose",
    "unanswered": "the challenge was not answered",
    "declined": "the challenge was declined",
    "withdrawn": "the challenge was withdrawn",
}


def name_of(seat: Seat) -> str:
    """Between marks that keep a name's direction from turning what stands around it."""
    return f"\u2068{seat.member.display_name}\u2069"


def say_result(game: Game, seats: Sequence[Seat]) -> str:
    """One line. A shape that nobody here knows is shown as it is kept."""
    if not game.is_finished:
        return game.get_state_display()
    if game.state == Game.State.REFUNDED:
        why = str(game.result.get("end", ""))
        return f"Stakes returned: {ENDS.get(why, why)}" if why else "Stakes returned"
    try:
        return _WORDS[game.kind](game, seats)
    except (KeyError, IndexError, TypeError, ValueError):
        return json.dumps(game.result, ensure_ascii=False)


def _say_blackjack(game: Game, seats: Sequence[Seat]) -> str:
    hands = (game.result["player"], game.result["dealer"])
    shown = [f"{' '.join(map(card_name, hand))} ({points_of(hand)})" for hand in hands]
    return f"{shown[0]} against {shown[1]}"


def _say_roulette(game: Game, seats: Sequence[Seat]) -> str:
    ball, bet = int(game.result["ball"]), str(game.choices["bet"])
    asked = f"number {bet}" if bet.isdecimal() else bet.replace("dozen", "dozen ")
    return f"Bet on {asked}: {ball} ({roulette_colour(ball)})"


def _say_slots(game: Game, seats: Sequence[Seat]) -> str:
    return " ".join(SLOTS_SYMBOLS[place] for place in game.result["reels"])


def _say_rps(game: Game, seats: Sequence[Seat]) -> str:
    moves = zip(seats, game.choices["moves"], strict=True)
    shown = ", ".join(f"{name_of(seat)} {move}" for seat, move in moves)
    return f"{shown}: {_say_winner(game, seats)}"


def _say_winner(game: Game, seats: Sequence[Seat]) -> str:
    winners = [seat for seat in seats if seat.outcome == Seat.Outcome.WIN]
    if not winners:
        return "a draw"
    return f"{name_of(winners[0])} won {winners[0].payout:,}"


_WORDS: dict[str, Callable[[Game, Sequence[Seat]], str]] = {
    Game.Kind.BLACKJACK: _say_blackjack,
    Game.Kind.ROULETTE: _say_roulette,
    Game.Kind.SLOTS: _say_slots,
    Game.Kind.DUEL: _say_winner,
    Game.Kind.RPS: _say_rps,
    Game.Kind.POT: _say_winner,
}
