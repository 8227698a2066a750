"""The card of a game that moved on without a press: its time was up, or the other acted."""

from typing import TYPE_CHECKING

from django.utils import timezone

from botrunner import cards
from botrunner.replies import Reply
from botrunner.screens.games import tables
from points.selectors import read_table
from points.services import LevelUp

if TYPE_CHECKING:
    from accounts.models import OutboxMessage


def tell_table(message: "OutboxMessage") -> Reply | None:
    """As it stands now, in place of the last card of this chat where that is known."""
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
    return Reply(text=text, keyboard=keyboard, message_id=message_id, game_id=table.game.pk)
