"""What the leaderboards count, and the sums of the last days that they show.

Whoever earns writes his own day only, dirty. One job sums up what is dirty: it waits for
nobody, and whoever earns waits for one batch of it at most.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from points.models import Board, BoardState, DayScore, Period
from project.sql import hot_cursor

SCORES_PER_BATCH = 1_000
BATCHES_MAX = 100_000
SAID_AGAIN_AFTER = timedelta(minutes=1)
# Longer than the longest period: what is reversed late still finds its day.
KEPT_DAYS = 60
PURGE_SIZE = 5_000
SUMMED = (Period.MONTH, Period.WEEK)

_ADD = """
    INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)
    VALUES (%s, %s, %s, %s, TRUE)
    ON CONFLICT (member_id, board, day) DO UPDATE
    SET score = points_dayscore.score + excluded.score, is_dirty = TRUE
"""
# One statement that only puts rows in: a DELETE of those at zero would walk the whole table
# where the planner's figures lag behind. Above zero they count (the index score_highest).
_SUM_UP = f"""
    INSERT INTO points_score (member_id, board, days, score)
    SELECT d.member_id, d.board, p.days,
        SUM(CASE WHEN d.day >= p.first_day THEN d.score ELSE 0 END)
    FROM points_dayscore d CROSS JOIN (
        {" UNION ALL ".join(f"SELECT {period.value} AS days, %s AS first_day" for period in SUMMED)}
    ) p
    WHERE (d.member_id, d.board) IN (
        SELECT member_id, board FROM points_dayscore WHERE id IN ({{ids}})
    )
    GROUP BY d.member_id, d.board, p.days
    ON CONFLICT (member_id, board, days) DO UPDATE SET score = excluded.score
    WHERE points_score.score <> excluded.score
"""  # noqa: S608  names of our own


def add_day_score(board: Board, member_id: int, day: date, change: int) -> None:
    """Counts `change`, which may be negative, on a UTC day. Needs an open transaction.

    Counts again when it is called again. The caller holds the member's wallet, so
    nobody waits here for anybody.
    """
    with hot_cursor() as cursor:
        cursor.execute(_ADD, [board.value, member_id, day, change])


def refresh_scores(*, now: datetime, batches: int = BATCHES_MAX) -> int:
    """Brings the sums up to date, a batch a transaction; returns how many days it took in.

    Where there is nothing to do it asks two questions and writes nothing.
    """
    total = 0
    while batches and _is_due(now) and (count := _refresh_batch(now)):
        total, batches = total + count, batches - 1
    return total


def forget_day_scores(*, now: datetime) -> int:
    """Deletes the days that no sum needs, a bounded number at a time."""
    # Index day_score_of_day.
    old = DayScore.objects.filter(day__lt=now.date() - timedelta(days=KEPT_DAYS), is_dirty=False)
    deleted = 0
    while ids := list(old.order_by("day").values_list("pk", flat=True)[:PURGE_SIZE]):
        deleted += DayScore.objects.filter(pk__in=ids).delete()[0]
    return deleted


def _is_due(now: datetime) -> bool:
    """Also now and then where nothing is new: the boards say as of when they are."""
    state, _is_new = BoardState.objects.get_or_create(
        pk=1, defaults={"day": now.date(), "refreshed_at": now}
    )
    is_old = abs(now - state.refreshed_at) >= SAID_AGAIN_AFTER
    return is_old or state.day != now.date() or DayScore.objects.filter(is_dirty=True).exists()


@transaction.atomic
def _refresh_batch(now: datetime) -> int:
    """0 when nothing is left, or another run is at it: two would overwrite newer sums."""
    states = BoardState.objects.select_for_update(skip_locked=True)
    state = states.filter(pk=1).first()
    if state is None:
        return 0
    _start_day(state, now.date())
    # Index day_score_dirty. Who is earning just now has his row locked: his turn comes next.
    dirty = DayScore.objects.select_for_update(skip_locked=True).filter(is_dirty=True)
    ids = list(dirty.order_by("-day").values_list("pk", flat=True)[:SCORES_PER_BATCH])
    if ids:
        _sum_up(ids, now.date())
        DayScore.objects.filter(pk__in=ids).update(is_dirty=False)
    state.refreshed_at = now
    state.save()
    return len(ids)


def _start_day(state: BoardState, today: date) -> None:
    """As the day changes, sums lose their oldest day; those of a clock set back win it again."""
    if state.day == today:
        return
    moved = Q()
    for period in SUMMED:
        first, end = sorted(day - timedelta(days=period - 1) for day in (state.day, today))
        moved |= Q(day__gte=first, day__lt=end)
    # A row that is locked is just being made dirty.
    rows = DayScore.objects.select_for_update(skip_locked=True).filter(moved, is_dirty=False)
    DayScore.objects.filter(pk__in=rows.values("pk")).update(is_dirty=True)
    state.day = today


def _sum_up(ids: Collection[int], today: date) -> None:
    """Sums anew for the members of these days, each on the board of the day."""
    firsts = [today - timedelta(days=period - 1) for period in SUMMED]
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP.format(ids=", ".join(["%s"] * len(ids))), [*firsts, *ids])
