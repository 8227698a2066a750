"""Works a finished game out again from its seed, by the pure rules alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from points.games import blackjack, duel, pot, roulette, slots
from points.games.fairness import Draws
from points.models import Game


@dataclass(frozen=True, slots=True)
class Replay:
    """What the rules make of the seed, and whether the game was recorded so."""

    result: Mapping[str, Any]
    matches: bool


def replay_game(game: Game) -> Replay | None:
    """None where there is nothing to work out: not settled, or no chance in it."""
    rules = _RULES.get(game.kind)
    if game.state != Game.State.SETTLED or not game.seed or rules is None:
        return None
    try:
        result = rules(game)
    except (LookupError, TypeError, ValueError):
        # A seed, moves or stakes that no game has: they were not written by us.
        return Replay({}, matches=False)
    return Replay(result, all(game.result.get(name) == value for name, value in result.items()))


def _replay_blackjack(game: Game) -> Mapping[str, Any]:
    table = blackjack.play(blackjack.deck_of(game.seed), game.choices["moves"])
    return {"player": list(table.player), "dealer": list(table.dealer)}


def _replay_roulette(game: Game) -> Mapping[str, Any]:
    return {"ball": roulette.spin(Draws(game.seed))}


def _replay_slots(game: Game) -> Mapping[str, Any]:
    return {"reels": slots.spin(Draws(game.seed))}


def _replay_duel(game: Game) -> Mapping[str, Any]:
    return {"place": duel.winner(Draws(game.seed))}


def _replay_pot(game: Game) -> Mapping[str, Any]:
    return {"place": pot.winner(Draws(game.seed), game.choices["stakes"])}


# By kind: what follows from the seed, as it stands in the game's result.
_RULES: dict[str, Callable[[Game], Mapping[str, Any]]] = {
    Game.Kind.BLACKJACK: _replay_blackjack,
    Game.Kind.ROULETTE: _replay_roulette,
    Game.Kind.SLOTS: _replay_slots,
    Game.Kind.DUEL: _replay_duel,
    Game.Kind.POT: _replay_pot,
}
