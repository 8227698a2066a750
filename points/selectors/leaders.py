"""Who leads, by board and period, and one's own place. points/boards.py says who holds one.

Nothing here counts a whole board: a place beyond the first thousand is counted from the
nearest mark (points/services/board_marks.py), so it costs the same with a hundred members
and with millions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.selectors import list_members
from points.boards import UNRANKED, table_of
from points.models import Board, BoardState, Period
from project.sql import hot_cursor

if TYPE_CHECKING:
    from accounts.models import Member

LEADERS = 10
# Marks keep what is counted far below; reached only before the first marks are made.
COUNTED_MAX = 5_000
_SCORE_MAX = 2**63 - 1

_LEADERS = f"""
    SELECT {{member}}, {{score}} FROM {{name}} t JOIN accounts_member m ON m.id = {{member}}
    WHERE {{rows}} AND NOT {UNRANKED} ORDER BY {{score}} DESC, {{member}} LIMIT {LEADERS}
"""  # noqa: S608  names of our own
# Between the member and the nearest mark above him there are a few hundred rows. The mark knows
# how many ranked ones stand above it (higher), and with those who share its score (reached).
_STANDING = f"""
    WITH own AS (SELECT {{score}} AS score FROM {{name}} t WHERE {{member}} = %s AND {{rows}}),
    mark AS (
        SELECT k.score, k.higher, k.reached FROM points_boardmark k
        WHERE k.board = %s AND k.days = %s AND k.score >= (SELECT score FROM own)
        ORDER BY k.score LIMIT 1
    ),
    between_them AS (
        SELECT {{member}} AS member_id FROM {{name}} t
        WHERE {{rows}} AND {{score}} > (SELECT score FROM own)
            AND {{score}} < COALESCE((SELECT score FROM mark), {_SCORE_MAX})
        ORDER BY {{score}} DESC LIMIT {{most}}
    )
    SELECT own.score,
        CASE WHEN mark.score = own.score THEN mark.higher ELSE COALESCE(mark.reached, 0) END,
        (SELECT COUNT(*) FROM between_them),
        (SELECT COUNT(*) FROM between_them b JOIN accounts_member m ON m.id = b.member_id
            WHERE {UNRANKED})
    FROM own LEFT JOIN mark ON TRUE
"""  # noqa: S608  names of our own


@dataclass(frozen=True, slots=True)
class Leader:
    rank: int
    member: "Member"
    score: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`rank` is None for who holds none. `is_least`: he may stand lower than that."""

    score: int
    rank: int | None
    is_least: bool = False


def leaders(board: Board = Board.POINTS, period: Period = Period.ALL_TIME) -> list[Leader]:
    """The first ten; equal scores share a rank."""
    with hot_cursor() as cursor:
        cursor.execute(_fill(_LEADERS, board, period), [])
        rows = cursor.fetchall()
    members = list_members(member_id for member_id, _score in rows)
    scores = [score for _member_id, score in rows]
    return [Leader(scores.index(score) + 1, members[member_id], score) for member_id, score in rows]


def standing_of(
    member: "Member", board: Board = Board.POINTS, period: Period = Period.ALL_TIME
) -> Standing:
    """A member's score and place, in one query.

    Exact as of now within the first thousand, where everybody is counted; further down as
    exact as the marks are fresh.
    """
    with hot_cursor() as cursor:
        sql = _fill(_STANDING, board, period)
        cursor.execute(sql, [member.pk, board.value, period.value])
        row = cursor.fetchone()
    if row is None:
        return Standing(0, None)
    score, above_mark, between, unranked = row
    if member.is_banned or member.staff_user_id or member.anonymised_at:
        return Standing(score, None)
    return Standing(score, above_mark + between - unranked + 1, between == COUNTED_MAX)


def counted_at() -> datetime | None:
    """When the sums of the last days were last complete."""
    return BoardState.objects.values_list("refreshed_at", flat=True).first()


def _fill(sql: str, board: Board, period: Period) -> str:
    table = table_of(board, period)
    return sql.format(
        name=table.name,
        member=table.member,
        score=table.score,
        rows=table.rows,
        most=COUNTED_MAX,
    )
