"""Where each leaderboard's scores stand, for the statements that rank them.

Staff, banned members and deleted ones hold no rank; they are few, and the index
member_unranked lists them.
"""

from dataclasses import dataclass

from points.models import Board, Period

UNRANKED = "(m.banned_at IS NOT NULL OR m.staff_user_id IS NOT NULL OR m.anonymised_at IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class BoardTable:
    """A table with an index by score, highest first; `rows` are those that count."""

    name: str
    member: str
    score: str
    rows: str


_ALL_TIME = {
    # Index wallet_richest.
    Board.POINTS: BoardTable("points_wallet", "t.member_id", "t.balance", "t.balance > 0"),
    # Index progress_highest.
    Board.XP: BoardTable("points_progress", "t.member_id", "t.xp", "t.xp > 0"),
    # Index vouch_provider_most: who is no provider any more keeps his vouches, and no place.
    Board.VOUCHES: BoardTable(
        "points_vouchprovider", "t.member_id", "t.vouch_count", "t.is_active AND t.vouch_count > 0"
    ),
    # Index member_inviters.
    Board.INVITES: BoardTable("accounts_member", "t.id", "t.invited_count", "t.invited_count > 0"),
}


def table_of(board: Board, period: Period) -> BoardTable:
    """Index score_highest for the sums of the last days."""
    if period == Period.ALL_TIME:
        return _ALL_TIME[board]
    rows = f"t.board = '{board.value}' AND t.days = {period.value} AND t.score > 0"
    return BoardTable("points_score", "t.member_id", "t.score", rows)
