"""One spin of the wheel."""

from datetime import datetime

from django.db import transaction

from points.errors import UnknownBet
from points.games import roulette
from points.games.fairness import Draws
from points.models import Game
from points.services.ledger import lock_wallet

from .table import End, Outcome, Play, find_play, settle_game, start_game


@transaction.atomic
def play_roulette(
    *,
    member_id: int,
    stake: int,
    bet: str,
    operation_id: str,
    now: datetime,
    chat_telegram_id: int | None = None,
) -> Play:
    """Takes the stake, spins, pays. The same operation id returns the first spin.

    `bet` is a key of points.games.roulette.BETS. Raises UnknownBet, and as start_game does.
    """
    if bet not in roulette.BETS:
        raise UnknownBet(text=bet)
    wallet = lock_wallet(member_id)
    if play := find_play(member_id, operation_id, Game.Kind.ROULETTE, wallet):
        return play
    held = start_game(
        wallet,
        kind=Game.Kind.ROULETTE,
        stake=stake,
        operation_id=operation_id,
        now=now,
        due_at=now,
        choices={"bet": bet},
        chat_telegram_id=chat_telegram_id,
    )
    ball = roulette.spin(Draws(held.game.seed))
    payout = roulette.payout(bet, ball, stake)
    outcome = Outcome.WIN if payout else Outcome.LOSS
    level_ups = settle_game(held, {member_id: End(outcome, payout)}, {"ball": ball}, now)
    return Play(held.game, held.seats[0], wallet.balance, level_ups)
