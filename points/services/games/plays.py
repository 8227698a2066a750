"""Games found again: by the operation id of their card, or because they were over just now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from points.errors import KeyReused
from points.models import Game, Seat
from points.services.ledger import HeldWallet
from points.services.xp import LevelUp, level_up_of
from project.sql import adapt_time, hot_cursor

DOUBLE_TAP = timedelta(seconds=1)
# Plain SQL: every press of a game that is over at once asks this.
_JUST_PLAYED = """
    SELECT s.id FROM points_seat s JOIN points_game g ON g.id = s.game_id
    WHERE s.member_id = %s AND g.kind = %s AND s.finished_at BETWEEN %s AND %s
    ORDER BY s.finished_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Play:
    """Where a game stands after an act, for the member who acted."""

    game: Game
    seat: Seat
    balance: int
    level_ups: tuple[LevelUp, ...] = ()


def game_key(member_id: int, operation_id: str) -> str:
    return f"game:{member_id}:{operation_id}"


def is_played(member_id: int, operation_id: str) -> bool:
    return Game.objects.filter(key=game_key(member_id, operation_id)).exists()


def find_play(member_id: int, operation_id: str, kind: str, wallet: HeldWallet) -> Play | None:
    """The game that was started under this operation id, if any. Raises KeyReused."""
    game = Game.objects.filter(key=game_key(member_id, operation_id)).first()
    if game is None:
        return None
    if game.kind != kind:
        raise KeyReused()
    return _play_of(game.seats.get(member=member_id), game, wallet.balance)


def just_played(member_id: int, kind: str, balance: int, now: datetime) -> Play | None:
    """The game of this kind that was over at most DOUBLE_TAP ago. Index seat_losses.

    The second of two quick taps may meet the button of the next card, under the same finger.
    """
    values = [member_id, kind, adapt_time(now - DOUBLE_TAP), adapt_time(now)]
    with hot_cursor() as cursor:
        cursor.execute(_JUST_PLAYED, values)
        row = cursor.fetchone()
    if row is None:
        return None
    seat = Seat.objects.select_related("game").get(pk=row[0])
    return _play_of(seat, seat.game, balance)


def is_second_tap(first: datetime, now: datetime) -> bool:
    """Whether a press comes too soon after another to be meant; a clock set back makes it none."""
    return timedelta() <= now - first < DOUBLE_TAP


def _play_of(seat: Seat, game: Game, balance: int) -> Play:
    moment = seat.finished_at
    level_up = level_up_of(seat.member_id, moment) if moment else None
    return Play(game, seat, balance, (level_up,) if level_up else ())
