"""/slots: a stake, a spin, and again."""

from django.utils.translation import gettext as _

from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.selectors import SLOTS_SYMBOLS, slots_return
from points.services import Play, play_slots

from . import card


def show(request: Request) -> Reply:
    """The stake stands after the command or behind a button."""
    return _card(request, card.read_stake(request), request.member.wallet.balance)


def ask_stake(request: Request) -> Reply:
    return card.ask_stake(request, "slots")


def spin(request: Request) -> Reply:
    """Args: the stake, and the operation id drawn with the card."""
    stake = card.read_stake(request)
    play = play_slots(
        member_id=request.member.pk,
        stake=stake,
        operation_id=request.args[1],
        chat_telegram_id=None if request.is_private else request.chat_id,
        now=request.now,
    )
    return _card(request, stake, play.balance, play)


def _card(request: Request, stake: int, balance: int, play: Play | None = None) -> Reply:
    """The card of the next spin, below what the last one brought."""
    facts = card.new_card(request, balance)
    reels = play and [SLOTS_SYMBOLS[place] for place in play.game.result["reels"]]
    share = slots_return()
    text = render("slots/card", stake=stake, play=play, reels=reels, share=share, **facts)
    label = _("🎰 Spin for %(stake)s") % {"stake": format_number(stake)}
    spin_button = Button(label, "slots.spin", (stake, facts["operation_id"]))
    rows = card.game_rows(request, [spin_button], card.stake_row("slots", stake, balance))
    return Reply(text=text, keyboard=rows)
