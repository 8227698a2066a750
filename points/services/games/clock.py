"""Games whose time is up end here, whoever forgot them.

The bot's processes look each second (botrunner/clocks.py), the schedule
each minute: several may look at once, and each game is ended by one of them.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q

from points.models import Game

from .blackjack import end_blackjack
from .challenges import end_challenge
from .pot import end_pot
from .table import HeldGame, hold_game, refund_game

logger = logging.getLogger(__name__)

Ender = Callable[[HeldGame, datetime], None]

# How a game of this kind ends by itself, called with all locks held. It ends the game or gives
# it a later due_at, and queues what the players are told.
ENDERS: Mapping[str, Ender] = {
    Game.Kind.BLACKJACK: end_blackjack,
    Game.Kind.DUEL: end_challenge,
    Game.Kind.RPS: end_challenge,
    Game.Kind.POT: end_pot,
}
# A game that cannot be ended makes room for the others and is tried again after this time: a
# fault of ours hardly mends itself, what the database gave up for another's sake may do at once.
RETRY_AFTER = timedelta(minutes=1)
RETRY_SOON = timedelta(seconds=2)
# By so much the clocks of two machines may.
CLOCKS_DIFFER = timedelta(minutes=5)


def end_due_games(*, now: datetime, limit: int) -> int:
    """Ends up to `limit` games, each in a transaction of its own; returns how many.

    One query by the index game_due when nothing is due. Call it outside a transaction.
    Raises DatabaseError when the database is away; a game that fails alone is logged.
    """
    due = Game.objects.filter(_is_due(now)).order_by("due_at")
    return sum(_end_alone(game_id, now) for game_id in due.values_list("pk", flat=True)[:limit])


def _is_due(now: datetime) -> Q:
    """Its time is up, or it began later than now: the clock was set back. Members would wait for
    it to catch up, with their stakes, and a group would have no other pot; against the dealer a
    member moves on. Both by the index game_due: what waits regularly is due before `ahead`."""
    ahead = now + CLOCKS_DIFFER
    is_ahead = Q(due_at__gt=ahead, created_at__gt=ahead) & ~Q(kind=Game.Kind.BLACKJACK)
    return Q(due_at__lte=now) | is_ahead


def _end_alone(game_id: int, now: datetime) -> bool:
    try:
        return _end(game_id, now)
    except Exception as error:  # noqa: BLE001  one game must not keep the others from ending
        logger.error("game %s could not be ended: %s", game_id, type(error).__name__)
        pause = RETRY_SOON if isinstance(error, OperationalError) else RETRY_AFTER
    Game.objects.filter(pk=game_id, due_at__lte=now).update(due_at=now + pause)
    return False


@transaction.atomic
def _end(game_id: int, now: datetime) -> bool:
    held = hold_game(game_id)
    # Somebody moved or ended it while this one waited for the locks.
    if not Game.objects.filter(_is_due(now), pk=game_id).exists():
        return False
    end = ENDERS.get(held.game.kind, _give_back)
    end(held, now)
    return True


def _give_back(held: HeldGame, now: datetime) -> None:
    """For a kind that has no way of its own to end."""
    refund_game(held, {}, now)
