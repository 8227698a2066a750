"""The leaderboards at several sizes: the first ten and one's own place together, in milliseconds.

python -m tests.benchmarks.bench_boards [--members 10000 100000 1000000] [--calls 400]
    [--boards-only]

On PostgreSQL. Members are made by SQL: a third hold exactly the welcome points, one in a
hundred is banned, what the others have is spread as in life, few with much and many with
little. `best p95` takes the best of three for each member, which leaves out what else a shared
machine does. `counted` is the same place by counting everybody above, as it was done before.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

from tests.benchmarks.harness import fresh_database

ROUNDS = 9
NUMBERS = count()
MEMBERS = """
    INSERT INTO accounts_member (telegram_id, first_name, last_name, client_language, language,
        timezone, reachability, ban_reason, notify_vip, notify_points, notify_news,
        referral_code, invited_count, former_id_hash, banned_at)
    SELECT 7000000000 + i, 'Member', i::text, 'en', '', 'UTC', 'reachable', '', true, true, true,
        i::text, CASE WHEN random() < 0.2 THEN (1 / (1 - random()) ^ 0.7)::int ELSE 0 END, '',
        CASE WHEN i %% 100 = 0 THEN now() END
    FROM generate_series(1, %s) i
"""
WALLETS = """
    INSERT INTO points_wallet (member_id, balance)
    SELECT id, CASE WHEN random() < 0.3 THEN 25 ELSE least(25 / (1 - random()) ^ 0.9, 1e9)::bigint
    END FROM accounts_member
"""
PROGRESS = """
    INSERT INTO points_progress (member_id, xp, level, voice_seconds, game_xp)
    SELECT id, xp, floor((1 + sqrt(1 + 0.08 * xp)) / 2)::bigint, 0, 0 FROM (
        SELECT id, least(1 / (1 - random()) ^ 1.1, 1e6)::bigint AS xp FROM accounts_member
        WHERE random() < 0.6
    ) earned
"""
PROVIDERS = """
    INSERT INTO points_vouchprovider (member_id, is_active, headline, vouch_count, since,
        marked_by_label)
    SELECT id, true, '', (1 / (1 - random()) ^ 0.9)::int, now(), '' FROM accounts_member
    WHERE random() < 0.02
"""
# Every column in one condition, or it would be asked once a board.
DAYS = """
    INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)
    SELECT board, m.id, (now() AT TIME ZONE 'UTC')::date - (random() * 29)::int,
        least(5 / (1 - random()) ^ 0.9, 1e6)::bigint, true
    FROM accounts_member m, unnest(ARRAY['points', 'xp', 'vouches', 'invites']) board,
        generate_series(1, 3) day
    WHERE random() + 0 * (m.id + day) < CASE WHEN board IN ('points', 'xp') THEN 0.3 ELSE 0.05 END
    ON CONFLICT DO NOTHING
"""
SUMS = """
    INSERT INTO points_score (board, days, member_id, score)
    SELECT d.board, p.days, d.member_id, SUM(d.score) FROM points_dayscore d
    JOIN (VALUES (7), (30)) p (days) ON d.day > (now() AT TIME ZONE 'UTC')::date - p.days
    GROUP BY d.board, p.days, d.member_id
"""
COUNTED = """
    SELECT COUNT(*) FROM {name} t JOIN accounts_member m ON m.id = {member}
    WHERE {rows} AND NOT {unranked} AND {score} >
        (SELECT {score} FROM {name} t WHERE {rows} AND {member} = %s)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--boards-only", action="store_true", help="sums by SQL: minutes less")
    words = parser.parse_args()
    with fresh_database(postgres=True):
        if not words.boards_only:
            measure_trigger(words.calls)
        print(f"{'members':>9}  {'board':<16}{'p50':>9}{'p95':>9}{'best p95':>9}{'counted':>9}")
        for members in words.members:
            fill(members)
            if words.boards_only:
                sum_up_by_sql(members)
            else:
                measure_jobs(members)
            measure_boards(members, words.calls)


def fill(members: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "TRUNCATE accounts_member, points_score, points_boardmark, points_boardstate CASCADE"
        )
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(MEMBERS, [members])
        for statement in (WALLETS, PROGRESS, PROVIDERS, DAYS):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def sum_up_by_sql(members: int) -> None:
    from django.db import connection

    from points.services import mark_boards

    with connection.cursor() as cursor:
        cursor.execute(SUMS)
        cursor.execute("VACUUM ANALYZE")
    print(f"{members:>9,}  marks {timed(mark_boards):.1f} s")


def measure_jobs(members: int) -> None:
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from points.models import DayScore
    from points.services import mark_boards, refresh_scores

    days, now = DayScore.objects.count(), timezone.now()
    first = timed(lambda: refresh_scores(now=now))
    roll = timed(lambda: refresh_scores(now=now + timedelta(days=1)))
    idle = timed(lambda: refresh_scores(now=now + timedelta(days=1)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    marks = timed(mark_boards)
    print(
        f"{members:>9,}  sums of {days:,} days {first:.1f} s, at midnight {roll:.1f} s, "
        f"nothing new {idle * 1_000:.1f} ms; marks {marks:.1f} s"
    )


def measure_boards(members: int, calls: int) -> None:
    from points.selectors import Board, Period

    dice = Random(members)  # noqa: S311
    for board in Board:
        for period in Period:
            if holders := list_holders(board, period):
                measure_board(board, period, dice.choices(holders, k=calls))


def measure_board(board: Any, period: Any, member_ids: list[int]) -> None:
    from accounts.models import Member

    took, best, counted = [], [], []
    for member in list(Member.objects.filter(pk__in=member_ids)):
        thrice = [milliseconds(lambda m=member: ask_both(m, board, period)) for _ in range(3)]
        took.append(thrice[0])
        best.append(min(thrice))
    for member_id in member_ids[:20]:
        counted.append(milliseconds(lambda pk=member_id: ask(COUNTED, board, period, pk)))
    figures = (statistics.median(took), p95(took), p95(best), statistics.median(counted))
    print(
        f"{'':>9}  {f'{board.value} {period.label}':<16}" + "".join(f"{x:>9.2f}" for x in figures)
    )


def ask_both(member: Any, board: Any, period: Any) -> None:
    from points.selectors import leaders, standing_of

    leaders(board, period)
    standing_of(member, board, period)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def milliseconds(run: Callable[[], object]) -> float:
    return timed(run) * 1_000


def list_holders(board: Any, period: Any) -> list[int]:
    sql = "SELECT {member} FROM {name} t WHERE {rows} ORDER BY random() LIMIT 10000"
    return [row[0] for row in ask(sql, board, period)]


def ask(sql: str, board: Any, period: Any, *params: int) -> list[Any]:
    from django.db import connection

    from points.boards import UNRANKED, table_of

    table = table_of(board, period)
    names = {"name": table.name, "member": table.member, "score": table.score, "rows": table.rows}
    with connection.cursor() as cursor:
        cursor.execute(sql.format(unranked=UNRANKED, **names), params)
        return list(cursor.fetchall())


def measure_trigger(calls: int) -> None:
    """An entry that counts, with the trigger that counts it and without, in turn."""
    from django.db import connection, transaction
    from django.utils import timezone

    from points.services import Cause, credit, lock_wallet
    from tests.factories import make_member

    member_ids = [make_member().pk for _ in range(100)]

    def post() -> None:
        number = next(NUMBERS)
        cause = Cause(kind="search", key=f"bench:{number}", now=timezone.now())
        with transaction.atomic():
            credit(lock_wallet(member_ids[number % 100]), 5, cause)

    def post_many() -> None:
        for _ in range(calls):
            post()

    ratios = []
    for number in range(ROUNDS + 1):
        took = {}
        for verb in ("ENABLE", "DISABLE") if number % 2 else ("DISABLE", "ENABLE"):
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE points_entry {verb} TRIGGER points_entry_counts")
            took[verb] = timed(post_many)
        ratios.append(took["ENABLE"] / took["DISABLE"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE points_entry ENABLE TRIGGER points_entry_counts")
    # The first round warms up.
    print(
        f"an entry that counts takes {statistics.median(ratios[1:]):.2f} times as long as without"
    )


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
