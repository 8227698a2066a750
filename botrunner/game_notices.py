"""What a member is told of games that ended without him."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.keyboards import back_row
from botrunner.replies import Button, Reply, render
from botrunner.screens.games import card
from botrunner.screens.games.blackjack import describe_game
from botrunner.screens.level import congratulate
from points.selectors import get_seat
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
