"""Games as the tables make them, with ends of the test's own choice."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from accounts.models import Member
from points.models import Game, Multiplier
from points.services import lock_wallet
from points.services.games.table import (
    End,
    hold_game,
    join_game,
    raise_stake,
    refund_game,
    settle_game,
    start_game,
)

_operations = count(1)


@transaction.atomic
def make_game(
    starter: Member, *, now: datetime, kind: str = "roulette", stake: int = 10, **fields: Any
) -> Game:
    """A game that waits for a move, or for players."""
    held = start_game(
        lock_wallet(starter.pk),
        kind=kind,
        stake=stake,
        operation_id=f"test{next(_operations)}",
        now=now,
        due_at=now + timedelta(minutes=1),
        **fields,
    )
    return held.game


@transaction.atomic
def seat_in(game: Game, member: Member, *, stake: int, now: datetime) -> None:
    held = hold_game(game.pk, also=member.pk)
    join_game(held, held.wallets[member.pk], stake, now)


@transaction.atomic
def double(game: Game, member: Member, *, now: datetime) -> None:
    held = hold_game(game.pk)
    seat = held.seat_of(member.pk)
    raise_stake(held, seat, seat.stake, now)


@transaction.atomic
def settle(
    game: Game, ends: dict[Member, tuple[str, int]], *, now: datetime, **result: Any
) -> Game:
    """`ends`: outcome and payout of each player."""
    held = hold_game(game.pk)
    by_id = {member.pk: End(outcome, payout) for member, (outcome, payout) in ends.items()}
    settle_game(held, by_id, result, now)
    return held.game


@transaction.atomic
def refund(game: Game, *, now: datetime) -> Game:
    held = hold_game(game.pk)
    refund_game(held, {}, now)
    return held.game


def switch_on(member: Member, factor: int, *, now: datetime) -> None:
    Multiplier.objects.create(member=member, factor=factor, games_left=2, activated_at=now)
