"""/duel and /rps: a card to confirm, then the challenge stands until it is answered."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.selectors import get_member
from botrunner import prompts
from botrunner.addressees import read_addressee
from botrunner.keyboards import back_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number, move_name
from points.errors import NotEnoughPoints, SelfChallenge
from points.selectors import read_table
from points.services import (
    Turn,
    accept_challenge,
    challenge,
    choose_move,
    decline_challenge,
    withdraw_challenge,
)

from . import card, tables

if TYPE_CHECKING:
    from accounts.models import Member


def show(kind: str, request: Request) -> Reply:
    """The command with or without its words, the menu's button, and the answer to whom."""
    opponent, words = read_addressee(request, amount_follows=True)
    if opponent is None:
        return _ask_whom(request, kind)
    stake = card.check_stake(card.first_amount(words)) if words else card.first_stake(request)
    return _card(request, kind, opponent, stake)


def show_card(kind: str, request: Request) -> Reply:
    """Args: the stake, the other, and the operation id of the card that was changed; none
    below a result, where a second tap is not meant for the next game."""
    if not request.args[2] and (shown := card.second_tap(request, kind)):
        turn = Turn(read_table(shown.game.pk), shown.level_ups)
        return card.after_second_tap(tables.answer(request, turn))
    return _card(request, kind, get_member(int(request.args[1])), card.read_stake(request))


def send(kind: str, request: Request) -> Reply:
    """Args: the stake, the other, and the operation id drawn with the card."""
    turn = challenge(
        kind=kind,
        member_id=request.member.pk,
        opponent_id=int(request.args[1]),
        stake=card.read_stake(request),
        operation_id=request.args[2],
        chat_telegram_id=request.group_id,
        now=request.now,
    )
    return tables.answer(request, turn)


def accept(request: Request) -> Reply:
    return tables.answer(request, accept_challenge(**_act(request)))


def decline(request: Request) -> Reply:
    return tables.answer(request, decline_challenge(**_act(request)))


def withdraw(request: Request) -> Reply:
    turn = withdraw_challenge(**_act(request))
    is_open = turn.table.game.state == "open"
    toast = _("That was quick: the challenge stands.") if is_open else ""
    return tables.answer(request, turn, toast=toast)


def choose(request: Request) -> Reply:
    """Args: the game, and the move; which move holds is told to him alone."""
    turn = choose_move(**_act(request), move=request.args[1])
    seat = turn.table.seat_of(request.member.pk)
    chosen, toast = seat.secret if seat else "", ""
    if chosen:
        is_it = chosen == request.args[1]
        words = _("Your choice: %(move)s") if is_it else _("Your choice stays: %(move)s")
        toast = words % {"move": move_name(chosen)}
    elif turn.table.game.state == "playing":
        toast = _("That was quick: choose now.")
    return tables.answer(request, turn, toast=toast)


show_duel, show_duel_card, send_duel = (partial(step, "duel") for step in (show, show_card, send))
show_rps, show_rps_card, send_rps = (partial(step, "rps") for step in (show, show_card, send))


def _act(request: Request) -> dict[str, Any]:
    return {
        "game_id": int(request.args[0]),
        "member_id": request.member.pk,
        "now": request.now,
    }


def _ask_whom(request: Request, kind: str) -> Reply:
    text = render("challenge/whom", kind=kind, is_private=request.is_private)
    if not request.is_private:
        return Reply(text=text)
    prompts.ask(request, f"{kind}.to")
    return Reply(text=text, keyboard=[back_row("games")])


def _card(request: Request, kind: str, opponent: "Member", stake: int) -> Reply:
    balance = request.member.wallet.balance
    if opponent.pk == request.member.pk:
        raise SelfChallenge()
    if balance < stake:
        raise NotEnoughPoints(balance=balance, price=stake, missing=stake - balance)
    facts = card.new_card(request, balance, card.kept_operation(request))
    text = render(
        "challenge/card",
        kind=kind,
        opponent=opponent,
        stake=stake,
        balance_after=balance - stake,
        **facts,
    )
    values = (opponent.pk, facts["operation_id"])
    label = _("⚔️ Challenge for %(stake)s") % {"stake": format_number(stake)}
    rows = card.game_rows(
        request,
        [Button(label, f"{kind}.go", (stake, *values))],
        card.quick_stakes(f"{kind}.card", stake, balance, *values),
    )
    return Reply(text=text, keyboard=rows)
