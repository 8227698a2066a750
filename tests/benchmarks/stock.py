"""Pools of up to ten million numbers for the benchmarks, made by the database itself.

The tables are filled without their triggers, a million rows a statement, and what the
triggers would have counted is counted once at the end: with them PostgreSQL keeps a list
of every row it still has to check.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from tests.benchmarks.bench_boards import MEMBERS

CHUNK = 1_000_000
MEMBER_COUNT = 2_000
FILES = """
    INSERT INTO numbers_batch (pool_id, original_name, file, sha256, state, accepted_count,
        duplicate_count, rejected_count, uploader_label, rights_confirmed_at)
    SELECT %s, i::text || '.csv', '', md5(%s || ':' || i), 'active', 0, 0, 0, '', now()
    FROM generate_series(1, 4) i RETURNING id
"""
# Half of them in the first file, a quarter in the second …
NUMBERS = """
    INSERT INTO numbers_number (pool_id, batch_id, e164, state, draw_key)
    SELECT %s, %s + CASE WHEN i %% 2 = 0 THEN 0 WHEN i %% 4 = 1 THEN 1 WHEN i %% 8 = 3 THEN 2
        ELSE 3 END, %s + i, 'free', floor(random() * 2147483647)::int
    FROM generate_series(%s, %s) i
"""
TAKE = """
    UPDATE numbers_number SET state = 'used' WHERE id > %s AND id <= %s AND pool_id = %s
    AND state = 'free' AND id %% %s <> 0
"""
FILE_COUNTS = """
    UPDATE numbers_batch b SET accepted_count = counted.n FROM (
        SELECT batch_id, sum(amount)::int AS n FROM numbers_stockcount GROUP BY batch_id
    ) counted WHERE b.id = counted.batch_id
"""
ENTRIES = """
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,
        created_at)
    SELECT id, 1000000, 1000000, 'staff', 'bench:' || id, '', '', now() FROM accounts_member
"""
# The newest two days ago, one in three with an SMS.
LEASES = """
    INSERT INTO numbers_lease (number_id, pool_id, member_id, key, price, started_at, expires_at,
        ended_at, "end", settled_at, sms_count, first_sms_at)
    SELECT n.id, pool.id, m.ids[1 + i %% cardinality(m.ids)], 'history:' || i, 1, at, at + '15 min',
        at + '15 min', 'expired', at + '16 min', (i %% 3 = 0)::int,
        CASE WHEN i %% 3 = 0 THEN at + '1 min' END
    FROM generate_series(%s, %s) i, (SELECT array_agg(id) AS ids FROM accounts_member) m,
        LATERAL (SELECT now() - '2 days'::interval - i * '20 s'::interval AS at) past,
        (SELECT pool_id AS id, min(id) AS first FROM numbers_number WHERE pool_id = %s
            GROUP BY pool_id) pool,
        LATERAL (SELECT pool.first + (i * 7919::bigint) %% %s AS id) n
"""
E164S = count(10**9, 10**8)


def make_members() -> list[int]:
    """With points; whom no limit will ever stop, though it is looked at each time."""
    from numbers.models import NumbersSettings

    NumbersSettings.objects.create(leases_at_once=10**6, leases_per_day=10**6)
    ask(MEMBERS, MEMBER_COUNT)
    ask("INSERT INTO points_wallet (member_id, balance) SELECT id, 0 FROM accounts_member")
    ask(ENTRIES)
    return [row[0] for row in ask("SELECT id FROM accounts_member WHERE banned_at IS NULL")]


def fill_pool(size: int, *, name: str = "", price: int = 1) -> int:
    """A new pool of so many free numbers from four files of different size."""
    from numbers.models import Pool

    pool = Pool.objects.create(name=name or f"{size:,} numbers", price=price)
    first_file = ask(FILES, pool.pk, pool.pk)[0][0]
    first_e164 = next(E164S)
    with without_triggers():
        for start in range(0, size, CHUNK):
            end = min(start + CHUNK, size)
            ask(NUMBERS, pool.pk, first_file, first_e164, start + 1, end)
    return pool.pk


def make_history(pool_id: int, size: int, *, leases: int) -> None:
    """Leases that ended long ago, of numbers of one pool: no table of leases begins empty."""
    with without_triggers():
        for start in range(0, leases, CHUNK):
            ask(LEASES, start + 1, min(start + CHUNK, leases), pool_id, size)


def use_up(pool_id: int, *, keep_one_of: int) -> None:
    """All but one of so many are used, as after years of leases."""
    (low, high) = ask("SELECT min(id), max(id) FROM numbers_number WHERE pool_id = %s", pool_id)[0]
    with without_triggers():
        for start in range(low - 1, high, CHUNK):
            ask(TAKE, start, min(start + CHUNK, high), pool_id, keep_one_of)


@contextmanager
def without_triggers() -> Iterator[None]:
    from numbers.services import rebuild_stock

    ask("SET session_replication_role = replica")
    try:
        yield
    finally:
        ask("SET session_replication_role = DEFAULT")
    rebuild_stock()
    ask(FILE_COUNTS)


def tidy() -> None:
    """What the background does on any server, before the clock runs."""
    from numbers.services import fold_counts

    while fold_counts():
        pass
    ask("VACUUM ANALYZE")


@contextmanager
def old_snapshot() -> Iterator[None]:
    """A transaction that keeps every dead row from being cleared away."""
    connection = connect()
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    connection.execute("SELECT 1")
    try:
        yield
    finally:
        connection.close()


def connect() -> Any:
    import psycopg

    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def timed(run: Callable[[int], None], calls: int) -> float:
    start = time.perf_counter()
    for number in range(calls):
        run(number)
    return time.perf_counter() - start


def ask(sql: str, *params: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return list(cursor.fetchall()) if cursor.description else []
