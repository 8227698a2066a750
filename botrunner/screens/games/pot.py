"""/pot: a group puts stakes together. One card for all, and one to confirm for who types it."""

from django.utils.translation import gettext as _

from botrunner.keyboards import back_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.errors import NotEnoughPoints
from points.selectors import find_open_pot, get_settings, read_table
from points.services import join_pot, open_pot

from . import card, tables


def show(request: Request) -> Reply:
    """The command, with or without a stake, and the buttons that change it."""
    if request.is_private:
        return Reply(text=render("pot/groups"), keyboard=[back_row("games")])
    stake, balance = card.read_stake(request), request.member.wallet.balance
    if balance < stake:
        raise NotEnoughPoints(balance=balance, price=stake, missing=stake - balance)
    game = find_open_pot(request.chat_id)
    facts = card.new_card(request, balance, card.kept_operation(request))
    text = render(
        "pot/card",
        stake=stake,
        balance_after=balance - stake,
        table=read_table(game.pk) if game else None,
        seconds=get_settings().pot_seconds,
        **facts,
    )
    return Reply(
        text=text,
        keyboard=[
            [_confirm(game.pk if game else None, stake, facts["operation_id"])],
            card.quick_stakes("pot", stake, balance, facts["operation_id"]),
        ],
    )


def start(request: Request) -> Reply:
    """Args: the stake, and the operation id drawn with the card."""
    turn = open_pot(
        member_id=request.member.pk,
        chat_telegram_id=request.chat_id,
        stake=card.read_stake(request),
        operation_id=request.args[1],
        now=request.now,
    )
    return tables.answer(request, turn)


def join(request: Request) -> Reply:
    """The button of the group's card. Args: the game, and the stake."""
    stake = int(request.args[1])
    turn = join_pot(
        game_id=int(request.args[0]), member_id=request.member.pk, stake=stake, now=request.now
    )
    is_open = not turn.table.game.is_finished
    toast = _("You are in for %(stake)s.") % {"stake": format_number(stake)} if is_open else ""
    return tables.answer(request, turn, toast=toast)


def join_by_card(request: Request) -> Reply:
    """The button of one's own card: the group's card is edited beside it. Args as join."""
    turn = join_pot(
        game_id=int(request.args[0]),
        member_id=request.member.pk,
        stake=int(request.args[1]),
        now=request.now,
        is_on_card=False,
    )
    seat = turn.table.seat_of(request.member.pk)
    return Reply(text=render("pot/joined", seat=seat, game=turn.table.game))


def _confirm(game_id: int | None, stake: int, operation_id: str) -> Button:
    shown = {"stake": format_number(stake)}
    if game_id is None:
        return Button(_("🏺 Open for %(stake)s") % shown, "pot.open", (stake, operation_id))
    return Button(_("🏺 Join for %(stake)s") % shown, "pot.in", (game_id, stake))
