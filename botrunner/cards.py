"""Which message bears a game's card, so that it can be edited when no button was pressed.

A card is kept in the transaction of the press that made it, or, where the
message was new, by the sender after the call. What is not known is not edited:
a new message takes its place.
"""

from datetime import datetime, timedelta

from botrunner.models import Card
from botrunner.requests import Request

# No game waits longer.
KEPT_FOR = timedelta(days=2)


def keep(game_id: int, chat_id: int, message_id: int) -> None:
    """The last message stands; an earlier one is left as it is."""
    Card.objects.update_or_create(
        game_id=game_id, chat_id=chat_id, defaults={"message_id": message_id}
    )


def keep_pressed(request: Request, game_id: int) -> None:
    """The message whose button was pressed bears the card from now on."""
    if request.message_id and find(game_id, request.chat_id) != request.message_id:
        keep(game_id, request.chat_id, request.message_id)


def find(game_id: int, chat_id: int) -> int | None:
    """The message's id."""
    cards = Card.objects.filter(game=game_id, chat_id=chat_id)
    return cards.values_list("message_id", flat=True).first()


def purge(now: datetime) -> None:
    Card.objects.filter(created_at__lt=now - KEPT_FOR).delete()
