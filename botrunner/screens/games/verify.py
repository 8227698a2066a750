"""/verify: a game as it stands, and its result worked out again from its seed."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner import prompts
from botrunner.keyboards import back_row
from botrunner.replies import Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number, game_name, move_name
from points.errors import GameNotFound
from points.selectors import SLOTS_SYMBOLS, find_game, hash_of, replay_game
from project.ids import read_id

from .bets import ball_label, bet_label
from .blackjack import describe_game

if TYPE_CHECKING:
    from points.models import Game

PERMISSION = "points.view_game"
# More than fit into a message may share a pot.
SEATS_SHOWN_MAX = 20
TOLD_MAX = 600


def show(request: Request) -> Reply:
    """The number stands after the command, behind a button, or is the answer to a question.

    Behind the button of a game's card its values follow, which lead back to that card.
    """
    words = list(request.args) or request.words
    return _game(request, _read_id(words[0])) if words else ask(request)


def ask(request: Request) -> Reply:
    if not request.is_private:
        return Reply(text=render("verify/usage"))
    prompts.ask(request, "verify")
    return Reply(text=render("verify/which"), keyboard=[back_row("games")])


def _read_id(word: str) -> int:
    number = read_id(word.removeprefix("#"))
    if number is None:
        raise GameNotFound()
    return number


def _game(request: Request, game_id: int) -> Reply:
    # What staff may see is not for the group they ask in.
    sees_all = request.is_private and request.may(PERMISSION)
    game, seats = find_game(game_id, viewer_id=request.member.pk, sees_all=sees_all)
    text = render(
        "verify/game",
        game=game,
        name=game_name(game.kind),
        seats=seats[:SEATS_SHOWN_MAX],
        more=max(len(seats) - SEATS_SHOWN_MAX, 0),
        told=_tell(game) if game.is_finished else "",
        seed=game.seed if game.is_finished else "",
        seed_hash=hash_of(game.seed) if game.seed else "",
        replay=replay_game(game),
    )
    card_values = request.args[1:]
    back = back_row(game.kind, *card_values) if card_values else back_row("games")
    return Reply(text=text, keyboard=[back] if request.is_private else ())


def _tell(game: "Game") -> str:
    tell = _TELLERS.get(game.kind, _tell_plainly)
    return tell(game) if game.result else ""


def _tell_blackjack(game: "Game") -> str:
    shown = describe_game(game)
    return _("%(player)s against the dealer's %(dealer)s") % {
        "player": f"{shown['player']} = {shown['player_points']}",
        "dealer": f"{shown['dealer']} = {shown['dealer_points']}",
    }


def _tell_roulette(game: "Game") -> str:
    return _("Bet on %(bet)s, the ball fell on %(ball)s") % {
        "bet": bet_label(game.choices["bet"]),
        "ball": ball_label(game.result["ball"]),
    }


def _tell_slots(game: "Game") -> str:
    return " ".join(SLOTS_SYMBOLS[place] for place in game.result["reels"])


def _tell_duel(game: "Game") -> str:
    if "place" not in game.result:
        return ""
    return _("The one who was challenged won") if game.result["place"] else _("The challenger won")


def _tell_rps(game: "Game") -> str:
    return " · ".join(map(move_name, game.choices.get("moves", ())))


def _tell_pot(game: "Game") -> str:
    if "place" not in game.result:
        return ""
    stakes = ", ".join(map(format_number, game.choices["stakes"]))
    return _("Stakes of %(stakes)s: number %(place)s was drawn") % {
        "stakes": f"{stakes[:TOLD_MAX]}…" if len(stakes) > TOLD_MAX else stakes,
        "place": format_number(game.result["place"] + 1),
    }


def _tell_plainly(game: "Game") -> str:
    return json.dumps({**game.choices, **game.result}, ensure_ascii=False)[:TOLD_MAX]


# By kind: what was chosen and how it came out, in one line.
_TELLERS: dict[str, Callable[["Game"], str]] = {
    "blackjack": _tell_blackjack,
    "roulette": _tell_roulette,
    "slots": _tell_slots,
    "duel": _tell_duel,
    "rps": _tell_rps,
    "pot": _tell_pot,
}
