"""/blackjack: a stake, then card by card against the dealer."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number, keep_ltr
from points.errors import GamesPaused, LossLimitReached, NotEnoughPoints, StakeTooHigh
from points.selectors import (
    BLACKJACK_RETURN,
    blackjack_table,
    card_name,
    find_blackjack,
    hash_of,
    is_soft,
    points_of,
)
from points.services import BLACKJACK_IDLE, Play, may_double, parse_amount, start_blackjack
from points.services import double as double_stake
from points.services import hit as take_card
from points.services import stand as take_no_more

from . import card

if TYPE_CHECKING:
    from points.models import Game

FACE_DOWN = "🂠"
# As many as the return is known to, so that what comes back is whole.
SHOWN_STAKED = 1_000_000


def show(request: Request) -> Reply:
    """The table the member sits at, or a card with the stake that was asked for."""
    balance = request.member.wallet.balance
    if seat := find_blackjack(request.member.pk):
        return _table(request, Play(seat.game, seat, balance))
    facts = card.new_card(request, balance, card.kept_operation(request))
    return _card(request, card.read_stake(request), facts)


def ask_stake(request: Request) -> Reply:
    return card.ask_stake(request, "blackjack")


def show_pays(request: Request) -> Reply:
    text = render(
        "blackjack/pays",
        staked=SHOWN_STAKED,
        back=int(SHOWN_STAKED * BLACKJACK_RETURN),
        share=BLACKJACK_RETURN,
    )
    return Reply(text=text, keyboard=[card.child_back(request, "blackjack")])


def deal(request: Request) -> Reply:
    """Args: the stake, and the operation id drawn with the card."""
    if shown := card.second_tap(request, "blackjack"):
        return card.after_second_tap(_after(request, shown))
    play = start_blackjack(
        member_id=request.member.pk,
        stake=parse_amount(request.args[0]),
        operation_id=request.args[1],
        chat_telegram_id=request.group_id,
        now=request.now,
    )
    return _after(request, play)


def hit(request: Request) -> Reply:
    return _after(request, take_card(**_move(request)))


def stand(request: Request) -> Reply:
    return _after(request, take_no_more(**_move(request)))


def double(request: Request) -> Reply:
    """What keeps the member from it leaves him at his table."""
    try:
        return _after(request, double_stake(**_move(request)))
    except (NotEnoughPoints, StakeTooHigh, LossLimitReached, GamesPaused):
        toast = _("You cannot double your stake now. Hit or stand.")
        return replace(show(request), toast=toast, is_alert=True)


def describe_game(game: "Game") -> dict[str, Any]:
    """The cards as they lie, for the templates; one that is face down stays so."""
    table = blackjack_table(game)
    dealer = table.dealer if table.is_over else table.dealer[:1]
    return {
        "dealer": _cards(dealer, "" if table.is_over else FACE_DOWN),
        "dealer_points": _points(dealer, table.is_over),
        "player": _cards(table.player),
        "player_points": _points(table.player, table.is_over),
        "is_over_21": points_of(table.player) > 21,
        "is_natural": table.is_players_natural,
        "is_dealers_natural": table.is_over and table.is_dealers_natural,
        "may_double": table.may_double,
    }


def _move(request: Request) -> dict[str, Any]:
    """Args: the game, and how many moves had been made when the button was drawn."""
    game_id, moves_made = map(int, request.args)
    return {
        "member_id": request.member.pk,
        "game_id": game_id,
        "moves_made": moves_made,
        "now": request.now,
    }


def _after(request: Request, play: Play) -> Reply:
    if not play.game.is_finished:
        return _table(request, play)
    facts = card.new_card(request, play.balance, card.next_operation(play.game))
    return _card(request, play.game.stake, facts, play)


def _table(request: Request, play: Play) -> Reply:
    game = play.game
    shown = describe_game(game)
    text = render(
        "blackjack/table",
        seat=play.seat,
        seed_hash=hash_of(game.seed),
        idle=BLACKJACK_IDLE,
        **shown,
    )
    moves = (game.pk, len(game.choices["moves"]))
    row = [
        Button(_("🃏 Hit"), "blackjack.hit", moves),
        Button(_("✋ Stand"), "blackjack.stand", moves),
    ]
    return Reply(
        text=text, keyboard=card.game_rows(request, row, _double_row(request, play, shown))
    )


def _double_row(request: Request, play: Play, shown: dict[str, Any]) -> list[Button]:
    stake = play.game.stake
    if not shown["may_double"] or not may_double(
        member_id=request.member.pk, stake=stake, balance=play.balance, now=request.now
    ):
        return []
    label = _("⏫ Double (%(stake)s)") % {"stake": format_number(stake)}
    return [Button(label, "blackjack.double", (play.game.pk, 0))]


def _card(request: Request, stake: int, facts: dict[str, Any], play: Play | None = None) -> Reply:
    """The card of the next game, below how the last one ended."""
    shown = describe_game(play.game) if play else {}
    text = render(
        "blackjack/card", stake=stake, play=play, share=BLACKJACK_RETURN, **shown, **facts
    )
    operation_id = facts["operation_id"]
    label = (_("🔁 Again for %(stake)s") if play else _("🃏 Deal for %(stake)s")) % {
        "stake": format_number(stake)
    }
    rows = card.game_rows(
        request,
        [Button(label, "blackjack.deal", (stake, operation_id))],
        card.about_row(request, "blackjack", stake, operation_id, play=play),
        card.stake_row(request, "blackjack", stake, facts["balance"], operation_id),
    )
    return Reply(text=card.with_level_ups(request, text, play), keyboard=rows)


def _cards(cards: tuple[int, ...], *more: str) -> str:
    """From left to right in every language, so that the last card stands at the end."""
    return keep_ltr(" ".join([*map(card_name, cards), *filter(None, more)]))


def _points(cards: tuple[int, ...], is_over: bool) -> str:
    """7/17 while an ace may still count one or eleven."""
    points = points_of(cards)
    return keep_ltr(f"{points - 10}/{points}" if is_soft(cards) and not is_over else str(points))
