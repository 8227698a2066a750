"""One spin of the slots."""

from datetime import datetime

from django.db import transaction

from points.games import slots
from points.games.fairness import Draws
from points.models import Game
from points.services.ledger import lock_wallet

from .table import End, Outcome, Play, find_play, settle_game, start_game


@transaction.atomic
def play_slots(
    *,
    member_id: int,
    stake: int,
    operation_id: str,
    now: datetime,
    chat_telegram_id: int | None = None,
) -> Play:
    """Takes the stake, spins, pays. The same operation id returns the first spin.

    Raises as start_game does.
    """
    wallet = lock_wallet(member_id)
    if play := find_play(member_id, operation_id, Game.Kind.SLOTS, wallet):
        return play
    held = start_game(
        wallet,
        kind=Game.Kind.SLOTS,
        stake=stake,
        operation_id=operation_id,
        now=now,
        due_at=now,
        chat_telegram_id=chat_telegram_id,
    )
    reels = slots.spin(Draws(held.game.seed))
    payout = slots.payout(reels, stake)
    outcome = Outcome.WIN if payout > stake else Outcome.DRAW if payout == stake else Outcome.LOSS
    level_ups = settle_game(held, {member_id: End(outcome, payout)}, {"reels": reels}, now)
    return Play(held.game, held.seats[0], wallet.balance, level_ups)
