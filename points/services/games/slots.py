"""One spin of the slots."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from points.games import slots
from points.games.fairness import Draws
from points.models import Game

from .at_once import play_at_once
from .plays import Play


@transaction.atomic
def play_slots(
    *,
    member_id: int,
    stake: int,
    operation_id: str,
    now: datetime,
    chat_telegram_id: int | None = None,
) -> Play:
    """One spin; raises as play_at_once does."""

    def spin(draws: Draws) -> tuple[int, Mapping[str, Any]]:
        reels = slots.spin(draws)
        return slots.payout(reels, stake), {"reels": reels}

    return play_at_once(
        spin,
        kind=Game.Kind.SLOTS,
        member_id=member_id,
        stake=stake,
        operation_id=operation_id,
        now=now,
        chat_telegram_id=chat_telegram_id,
    )
