"""Staff end a game that is not over."""

from datetime import datetime

from django.db import transaction

from accounts.services import Actor, clean_reason, queue_message, record
from points.errors import GameOver

from .table import hold_game, refund_game


@transaction.atomic
def cancel_game(*, game_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """Returns every stake, frozen or not, and tells the players; the points returned.

    Raises ReasonRequired, GameNotFound, GameOver.
    """
    reason = clean_reason(reason)
    held = hold_game(game_id)
    if held.game.is_finished:
        raise GameOver(game_id=game_id)
    refund_game(held, {"end": "staff", "reason": reason}, now)
    for seat in held.seats:
        queue_message(
            kind="points.game_cancelled",
            key=f"points.game_cancelled:{seat.pk}",
            member_id=seat.member_id,
            due_at=now,
            game_id=game_id,
        )
    returned = sum(seat.payout for seat in held.seats)
    record(
        "points.cancel_game",
        actor=actor,
        member=held.seats[0].member,
        target=f"game {game_id}",
        reason=reason,
        kind=held.game.kind,
        players=[seat.member_id for seat in held.seats],
        returned=returned,
    )
    return returned
