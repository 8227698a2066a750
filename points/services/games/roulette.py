"""One spin of the wheel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from points.errors import UnknownBet
from points.games import roulette
from points.games.fairness import Draws
from points.models import Game

from .at_once import play_at_once
from .plays import Play


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
    """`bet` is a key of points.games.roulette.BETS. Raises UnknownBet, and as play_at_once does."""
    if bet not in roulette.BETS:
        raise UnknownBet(text=bet)

    def spin(draws: Draws) -> tuple[int, Mapping[str, Any]]:
        ball = roulette.spin(draws)
        return roulette.payout(bet, ball, stake), {"ball": ball}

    return play_at_once(
        spin,
        kind=Game.Kind.ROULETTE,
        member_id=member_id,
        stake=stake,
        operation_id=operation_id,
        now=now,
        choices={"bet": bet},
        chat_telegram_id=chat_telegram_id,
    )
