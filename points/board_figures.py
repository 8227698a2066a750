"""What the home page shows of the leaderboards."""

from datetime import date, datetime

from django.db.models import Sum

from points.models import Board, DayScore, Period
from points.selectors import leaders
from project.figures import Chart, Days, Figure, Reading


def top_earner(now: datetime) -> Reading:
    first = leaders(Board.POINTS, Period.WEEK)[:1]
    if not first:
        return Reading(0, "Nobody has earned points in the last 7 days")
    return Reading(first[0].score, f"{first[0].member.display_name} earned most in 7 days")


def xp_earned(first: date, end: date) -> Days:
    # Index day_score_of_day.
    days = DayScore.objects.filter(board=Board.XP, day__gte=first, day__lt=end)
    sums = days.order_by().values_list("day").annotate(earned=Sum("score"))
    return {day: {"earned": earned} for day, earned in sums}


TOP_EARNER = Figure(
    label="Top earner's points",
    icon="trophy",
    view="admin:points_score_changelist",
    permission="points.view_score",
    read=top_earner,
)
XP_EARNED = Chart(
    name="points.xp_earned",
    title="XP earned",
    series={"earned": "XP"},
    view="admin:points_progress_changelist",
    permission="points.view_progress",
    read=xp_earned,
)
