"""What the tests of leaderboards share: scores made directly, and places by counting."""

from datetime import date

from accounts.models import Member
from points.levels import level_of_xp
from points.models import Board, DayScore, Period, Progress
from points.selectors import Standing, leaders, standing_of
from points.services import add_day_score
from tests.factories import make_member

SUMMED = (Period.WEEK, Period.MONTH)


def make_xp(xp: int, **fields) -> Member:
    member = make_member(**fields)
    Progress.objects.create(member=member, xp=xp, level=level_of_xp(xp))
    return member


def earn(member: Member, score: int, day: date, board: Board = Board.XP) -> None:
    add_day_score(board, member.pk, day, score)


def holds_rank(member: Member) -> bool:
    return not (member.banned_at or member.staff_user_id or member.anonymised_at)


def naive_standing(scores: dict[Member, int], member: Member) -> Standing:
    """By the rule itself: one more than the ranked members with a higher score."""
    score = scores.get(member, 0)
    if score <= 0:
        return Standing(0, None)
    if not holds_rank(member):
        return Standing(score, None)
    higher = [other for other in scores if holds_rank(other) and scores[other] > score]
    return Standing(score, len(higher) + 1)


def check_board(scores: dict[Member, int], board: Board, period: Period) -> None:
    """Every member's place, and the first ten, against the rule."""
    for member in scores:
        assert standing_of(member, board, period) == naive_standing(scores, member)
    first = sorted(
        (member for member in scores if holds_rank(member) and scores[member] > 0),
        key=lambda member: (-scores[member], member.pk),
    )[:10]
    found = [(leader.member, leader.rank, leader.score) for leader in leaders(board, period)]
    assert found == [
        (member, naive_standing(scores, member).rank, scores[member]) for member in first
    ]


def sums_of(members: list[Member], board: Board, today: date, days: int) -> dict[Member, int]:
    """What is earned on the last days, added up in Python; a later day counts as well."""
    rows = DayScore.objects.filter(board=board)
    sums = dict.fromkeys(members, 0)
    by_pk = {member.pk: member for member in members}
    for member_id, day, score in rows.values_list("member_id", "day", "score"):
        if (today - day).days < days:
            sums[by_pk[member_id]] += score
    return sums


def places(member: Member, board: Board = Board.XP) -> tuple[int, ...]:
    """Score in seven and in thirty days."""
    return tuple(standing_of(member, board, period).score for period in SUMMED)
