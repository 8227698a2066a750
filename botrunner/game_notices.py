"""What is told of games that moved on without a press: time was up, or somebody else acted."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from botrunner import cards
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Reply, render
from botrunner.screens.games import card, tables
from botrunner.screens.games.blackjack import describe_game
from botrunner.screens.level import congratulate
from points.selectors import balance_of, get_seat, read_table
from points.services import LevelUp

if TYPE_CHECKING:
    from accounts.models import OutboxMessage


def tell_blackjack_ended(message: "OutboxMessage") -> Reply:
    seat = get_seat(message.params["game_id"], message.member_id)
    text = render("notices/blackjack_ended", seat=seat, **describe_game(seat.game))
    level_ups = [LevelUp(**values) for values in message.params["level_ups"]]
    parts = [text, *(congratulate(message.member, level_up) for level_up in level_ups)]
    # To the same card as below the result in his chat.
    again = Button(_("🔁 Again"), "blackjack", (seat.game.stake, card.next_operation(seat.game)))
    return Reply(text="\n\n".join(parts), keyboard=[[again], back_row("games")])


def tell_game_cancelled(message: "OutboxMessage") -> Reply:
    seat = get_seat(message.params["game_id"], message.member_id)
    balance = balance_of(message.member_id)
    return Reply(
        text=render("notices/game_cancelled", seat=seat, balance=balance),
        keyboard=[[Button(_("🧾 History"), "history")], home_row()],
    )


def tell_table(message: "OutboxMessage") -> Reply | None:
    """The card as it stands now, in place of the last one of this chat where that is known."""
    table = read_table(message.params["game_id"])
    group_id = message.params.get("chat_id")
    viewer = message.member if group_id is None else None
    message_id = cards.find(table.game.pk, group_id or message.member.telegram_id or 0)
    is_over = table.game.is_finished
    if viewer and is_over and message_id is None and table.seat_of(viewer.pk) is None:
        # A challenge that was over before it could be told.
        return None
    level_ups = [LevelUp(**level_up) for level_up in message.params["level_ups"]]
    text, keyboard = tables.show(table, viewer, timezone.now(), level_ups)
    return Reply(
        text=text,
        keyboard=keyboard,
        message_id=message_id,
        game_id=table.game.pk,
        open_game_id=None if is_over else table.game.pk,
    )
