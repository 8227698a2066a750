"""The card of a game that several play: one message for a whole group, one for each in private."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.selectors import get_member
from botrunner import cards
from botrunner.keyboards import back_row
from botrunner.replies import EVERYBODY, NOBODY, Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.screens.level import congratulate
from botrunner.texts import format_number, line_start, move_name, speaking_to
from points.errors import GameNotFound
from points.selectors import MOVES, Table, balance_of, hash_of
from points.services import LevelUp, Turn

if TYPE_CHECKING:
    from accounts.models import Member

# The time left is told in steps of this: the card is not edited as it runs out.
STEP_SECONDS = 5
SEATS_SHOWN_MAX = 20
# A pot can bring a hundred members to a new level, and a message has its bounds.
LEVEL_UPS_SHOWN_MAX = 10


def answer(request: Request, turn: Turn, *, toast: str = "") -> Reply:
    """The card in place of the message whose button was pressed.

    Raises GameNotFound where the game is not at home: a button may be pressed from elsewhere
    by who knows its data, and nobody at the table would see what he did.
    """
    if turn.table.game.chat_telegram_id != request.group_id:
        raise GameNotFound()
    cards.keep_pressed(request, turn.table.game.pk)
    viewer = request.member if request.is_private else None
    # A group's card does not change its language with each who presses.
    language = nullcontext() if viewer else speaking_to(turn.table.game.starter)
    with language:
        text, keyboard = show(turn.table, viewer, request.now, turn.level_ups)
    open_game_id = None if turn.table.game.is_finished else turn.table.game.pk
    return Reply(text=text, keyboard=keyboard, toast=toast, open_game_id=open_game_id)


def show(
    table: Table, viewer: "Member | None", now: datetime, level_ups: Sequence[LevelUp] = ()
) -> tuple[str, Keyboard]:
    """`viewer` None: for everybody in the group."""
    game = table.game
    seat = viewer and table.seat_of(viewer.pk)
    text = render(
        _template(table),
        game=game,
        table=table,
        seats=table.seats[:SEATS_SHOWN_MAX],
        more=max(len(table.seats) - SEATS_SHOWN_MAX, 0),
        seconds=_seconds_left(table, now),
        seed_hash=hash_of(game.seed) if game.seed else "",
        seat=seat,
        balance=balance_of(viewer.pk) if viewer else None,
    )
    return "\n\n".join([text, *_congratulations(level_ups)]), _keyboard(table, viewer)


def _congratulations(level_ups: Sequence[LevelUp]) -> list[str]:
    shown = level_ups[:LEVEL_UPS_SHOWN_MAX]
    texts = [congratulate(get_member(level_up.member_id), level_up) for level_up in shown]
    more = len(level_ups) - len(shown)
    return [*texts, f"{line_start()}🎉 … +{more}"] if more else texts


def _template(table: Table) -> str:
    game = table.game
    if game.kind == "pot":
        return "pot/end" if game.is_finished else "pot/open"
    if game.is_finished:
        return "challenge/end"
    return "challenge/open" if game.state == "open" else "challenge/playing"


def _seconds_left(table: Table, now: datetime) -> int:
    due_at = table.game.due_at
    left = max(due_at - now, timedelta()) if due_at else timedelta()
    return -(-left // timedelta(seconds=STEP_SECONDS)) * STEP_SECONDS


def _keyboard(table: Table, viewer: "Member | None") -> Keyboard:
    game = table.game
    if game.is_finished:
        return _again_rows(table, viewer) if viewer else ()
    if game.kind == "pot":
        label = _("🏺 Join for %(stake)s") % {"stake": format_number(game.stake)}
        return [[Button(label, "pot.join", (game.pk, game.stake), owner=EVERYBODY)]]
    if game.state == "open":
        return _answer_rows(table, viewer)
    seat = viewer and table.seat_of(viewer.pk)
    if seat and seat.secret:
        return ()
    owner = None if viewer else EVERYBODY
    return [[Button(move_name(move), "rps.choose", (game.pk, move), owner=owner) for move in MOVES]]


def _answer_rows(table: Table, viewer: "Member | None") -> Keyboard:
    """Each button for the one whose it is; in private chats the other's are left out."""
    game = table.game
    rows = [
        (
            game.opponent,
            [(_("✅ Accept"), "challenge.accept"), (_("✖️ Decline"), "challenge.decline")],
        ),
        (game.starter, [(_("↩️ Withdraw"), "challenge.withdraw")]),
    ]
    return [
        [Button(label, route, (game.pk,), owner=_owner(member)) for label, route in labels]
        for member, labels in rows
        if member and (viewer is None or viewer.pk == member.pk)
    ]


def _again_rows(table: Table, viewer: "Member") -> Keyboard:
    game = table.game
    other_id = game.opponent_id if viewer.pk == game.starter_id else game.starter_id
    again = Button(_("🔁 Play again"), f"{game.kind}.card", (game.stake, other_id or 0, ""))
    return [[again], back_row("games")]


def _owner(member: "Member") -> int:
    return member.telegram_id or NOBODY
