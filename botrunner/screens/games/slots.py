"""/slots: a stake, a spin, and again."""

from typing import Any

from django.utils.translation import gettext as _

from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.selectors import SLOTS_SYMBOLS, slots_return, slots_table
from points.services import Play, parse_amount, play_slots

from . import card

# As many as there are ways for the three reels, so that what comes back is whole.
SHOWN_STAKED = 1_000_000


def show(request: Request) -> Reply:
    """The stake stands after the command, behind a button, or is the answer to a question."""
    facts = card.new_card(request, request.member.wallet.balance, card.kept_operation(request))
    return _card(request, card.read_stake(request), facts)


def ask_stake(request: Request) -> Reply:
    return card.ask_stake(request, "slots")


def show_pays(request: Request) -> Reply:
    share = slots_return()
    text = render(
        "slots/pays",
        table=slots_table(),
        staked=SHOWN_STAKED,
        back=int(SHOWN_STAKED * share),
        share=share,
    )
    return Reply(text=text, keyboard=[card.child_back(request, "slots")])


def spin(request: Request) -> Reply:
    """Args: the stake, and the operation id drawn with the card."""
    if shown := card.second_tap(request, "slots"):
        return card.after_second_tap(_result(request, shown))
    play = play_slots(
        member_id=request.member.pk,
        stake=parse_amount(request.args[0]),
        operation_id=request.args[1],
        chat_telegram_id=request.group_id,
        now=request.now,
    )
    return _result(request, play)


def _result(request: Request, play: Play) -> Reply:
    facts = card.new_card(request, play.balance, card.next_operation(play.game))
    return _card(request, play.game.stake, facts, play)


def _card(request: Request, stake: int, facts: dict[str, Any], play: Play | None = None) -> Reply:
    """The card of the next spin, below what the last one brought."""
    reels = play and [SLOTS_SYMBOLS[place] for place in play.game.result["reels"]]
    share = slots_return()
    text = render("slots/card", stake=stake, play=play, reels=reels, share=share, **facts)
    operation_id = facts["operation_id"]
    label = _("🎰 Spin for %(stake)s") % {"stake": format_number(stake)}
    rows = card.game_rows(
        request,
        [Button(label, "slots.spin", (stake, operation_id))],
        card.about_row(request, "slots", stake, operation_id, play=play),
        card.stake_row(request, "slots", stake, facts["balance"], operation_id),
    )
    return Reply(text=card.with_level_ups(request, text, play), keyboard=rows)
