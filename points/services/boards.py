"""What the leaderboards count, beside the points that the ledger's trigger counts."""

from datetime import date

from points.models import Board
from project.sql import hot_cursor

_ADD = """
    INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)
    VALUES (%s, %s, %s, %s, TRUE)
    ON CONFLICT (member_id, board, day) DO UPDATE
    SET score = points_dayscore.score + excluded.score, is_dirty = TRUE
"""


def add_day_score(board: Board, member_id: int, day: date, change: int) -> None:
    """Counts `change`, which may be negative, on a UTC day. Needs an open transaction.

    Counts again when it is called again. The caller holds the member's wallet, so
    nobody waits here for anybody.
    """
    with hot_cursor() as cursor:
        cursor.execute(_ADD, [board.value, member_id, day, change])
