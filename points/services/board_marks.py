"""Marks that own ranks are counted from: about every 250th place, beyond the first thousand."""

from django.db import connection, transaction

from points.boards import UNRANKED, table_of
from points.models import Board, BoardMark, Period

# Up to here everybody is counted, so that the upper places are exact at every moment.
FIRST_PLACE = 1_000
PLACES = 250

# Equal scores stand or fall together: a mark is a score at which a place divisible by PLACES
# lies, so fewer than PLACES members stand between two marks, however many share a score.
_MARKS = f"""
    SELECT score, reached - held, reached FROM (
        SELECT {{score}} AS score, COUNT(*) AS held,
            CAST(SUM(COUNT(*)) OVER (ORDER BY {{score}} DESC) AS bigint) AS reached
        FROM {{name}} t WHERE {{rows}} AND NOT EXISTS (
            SELECT 1 FROM accounts_member m WHERE m.id = {{member}} AND {UNRANKED}
        )
        GROUP BY {{score}}
    ) places
    WHERE reached >= {{first}} AND reached / {{step}} > (reached - held) / {{step}}
    ORDER BY score
"""  # noqa: S608  names of our own


def mark_boards() -> None:
    """Counts every board once, from top to bottom. Repeats do no harm."""
    for board in Board:
        for period in Period:
            _keep(board, period, _count(board, period))


def _count(board: Board, period: Period) -> list[tuple[int, int, int]]:
    """Outside a transaction: on SQLite it would keep everybody else from writing meanwhile."""
    table = table_of(board, period)
    sql = _MARKS.format(
        name=table.name,
        member=table.member,
        score=table.score,
        rows=table.rows,
        first=FIRST_PLACE,
        step=PLACES,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@transaction.atomic
def _keep(board: Board, period: Period, marks: list[tuple[int, int, int]]) -> None:
    kept = BoardMark.objects.filter(board=board, days=period)
    if list(kept.order_by("score").values_list("score", "higher", "reached")) == marks:
        return
    kept.delete()
    # Two runs at once leave the marks of both, each of which is true.
    BoardMark.objects.bulk_create(
        (
            BoardMark(board=board, days=period, score=score, higher=higher, reached=reached)
            for score, higher, reached in marks
        ),
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["board", "days", "score"],
        update_fields=["higher", "reached"],
    )
