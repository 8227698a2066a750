"""Who leads, by points or by XP. Staff, banned members and deleted ones hold no rank."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from points.models import Board, Progress, Wallet

if TYPE_CHECKING:
    from accounts.models import Member

LEADERS = 10
_UNRANKED = (
    Q(member__banned_at__isnull=False)
    | Q(member__staff_user__isnull=False)
    | Q(member__anonymised_at__isnull=False)
)


@dataclass(frozen=True, slots=True)
class Leader:
    rank: int
    member: "Member"
    score: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`rank` is None for who holds none, and for who has earned no XP yet."""

    score: int
    rank: int | None


def leaders(board: Board = Board.POINTS) -> list[Leader]:
    """The first ten; equal scores share a rank. Walks wallet_richest or progress_highest."""
    rows, field = _table(board)
    first = rows.exclude(_UNRANKED).select_related("member").order_by(f"-{field}", "member_id")
    found: list[Leader] = []
    for place, row in enumerate(first[:LEADERS], start=1):
        score = getattr(row, field)
        is_tie = found and found[-1].score == score
        rank = found[-1].rank if is_tie else place
        found.append(Leader(rank, row.member, score))
    return found


def standing_of(member: "Member", board: Board = Board.POINTS) -> Standing:
    """A member's score and place among all, in one query.

    Counts the board's index, then takes off the few without a rank, whom the index
    member_unranked lists: no join over all.
    """
    rows, field = _table(board)
    higher = rows.filter(**{f"{field}__gt": OuterRef(field)})
    own = rows.filter(pk=member.pk).annotate(
        higher=_count(higher), unranked=_count(higher.filter(_UNRANKED))
    )
    found = own.values_list(field, "higher", "unranked").first()
    if found is None:
        return Standing(0, None)
    score, count, unranked = found
    is_unranked = member.is_banned or member.staff_user_id or member.anonymised_at
    return Standing(score, None if is_unranked else count - unranked + 1)


def _table(board: Board) -> tuple[QuerySet[Any], str]:
    if board == Board.POINTS:
        return Wallet.objects.all(), "balance"
    return Progress.objects.filter(xp__gt=0), "xp"


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(
        count=Func(F("pk"), function="COUNT", output_field=IntegerField())
    )
    return Subquery(counted.values("count"))
