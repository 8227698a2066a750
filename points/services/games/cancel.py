"""Staff end a game that is not over."""

from datetime import datetime

from django.db import transaction

from accounts.services import Actor, clean_reason, queue_message, record
from points.errors import GameOver, OwnGame
from points.models import Game

from .table import hold_game, refund_game
from .telling import tell_table


@transaction.atomic
def cancel_game(*, game_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """Returns every stake, frozen or not, and tells the players; the points returned.

    Raises ReasonRequired, GameNotFound, GameOver, OwnGame.
    """
    reason = clean_reason(reason)
    held = hold_game(game_id)
    if held.game.is_finished:
        raise GameOver(game_id=game_id)
    if actor.user_id in {seat.member.staff_user_id for seat in held.seats} - {None}:
        raise OwnGame()
    refund_game(held, {"end": "staff", "reason": reason}, now)
    for seat in held.seats:
        queue_message(
            kind="points.game_cancelled",
            key=f"points.game_cancelled:{seat.pk}",
            member_id=seat.member_id,
            due_at=now,
            game_id=game_id,
        )
    if held.game.kind in Game.AMONG_PLAYERS and held.game.chat_telegram_id is not None:
        # Its card stands in the group: it is edited beside the messages to the players.
        tell_table(held, now)
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
