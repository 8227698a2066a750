"""Taking a number: pools of several sizes against each other, and the service against SQL by hand.

python -m tests.benchmarks.bench_lease [--numbers 100000 1000000 10000000] [--rounds 7]
    [--calls 300]

On PostgreSQL. Each pool is filled by SQL from four files of different size. `last` takes from
what is left when 999 of 1,000 are taken; `old snapshot` does while another transaction, begun
before, keeps the dead rows of all claims from being cleared away.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from tests.benchmarks.bench_boards import MEMBERS
from tests.benchmarks.harness import compare, fresh_database

MEMBER_COUNT = 2_000
FLOOR_RATIO, SIZE_RATIO = 0.5, 1.5
BATCHES = """
    INSERT INTO numbers_batch (pool_id, original_name, file, sha256, state, accepted_count,
        duplicate_count, rejected_count, uploader_label, rights_confirmed_at)
    SELECT %s, i::text, '', md5(%s || ':' || i), 'active', 0, 0, 0, '', now()
    FROM generate_series(1, 4) i RETURNING id
"""
# A third of the second file, a third of the third …
NUMBERS = """
    INSERT INTO numbers_number (pool_id, batch_id, e164, state, draw_key)
    SELECT %s, %s + CASE WHEN i %% 2 = 0 THEN 0 WHEN i %% 4 = 1 THEN 1 WHEN i %% 8 = 3 THEN 2
        ELSE 3 END, %s + i, 'free', (random() * 2147483646)::int
    FROM generate_series(1, %s) i
"""
# What a lease cannot do without, in the fewest statements.
WALLET = "SELECT balance FROM points_wallet WHERE member_id = %s FOR UPDATE"
LIMITS = (
    "SELECT (SELECT id FROM numbers_lease WHERE key = %s), count(*) FILTER (WHERE started_at > %s),"
    " count(*) FILTER (WHERE ended_at IS NULL AND expires_at > %s)"
    " FROM numbers_lease WHERE member_id = %s AND started_at > %s"
)
SETTINGS = "SELECT lease_minutes, leases_at_once, leases_per_day FROM numbers_numberssettings"
DRAW = (
    "UPDATE numbers_number SET state = 'leased' WHERE id = (SELECT n.id FROM numbers_number n"
    " JOIN numbers_pool p ON p.id = n.pool_id JOIN numbers_batch b ON b.id = n.batch_id"
    " WHERE n.state = 'free' AND n.pool_id = %s AND n.draw_key >= %s AND p.is_active"
    " AND p.price = 1 AND b.state = 'active' ORDER BY n.draw_key LIMIT 1"
    " FOR UPDATE OF n SKIP LOCKED) RETURNING id, e164"
)
LEASE = (
    'INSERT INTO numbers_lease (number_id, member_id, key, price, started_at, expires_at, "end",'
    " sms_count) VALUES (%s, %s, %s, 1, %s, %s, '', 0) RETURNING id"
)
ENTRY = (
    "INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,"
    " created_at) VALUES (%s, -1, %s, 'lease', %s, '', '', %s)"
)
E164S = count(10**9, 10**8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=300)
    words = parser.parse_args()
    with fresh_database(postgres=True):
        member_ids = make_members()
        pools = {size: fill(size) for size in words.numbers}
        tidy()
        medians = compare_sizes(pools, member_ids, words.rounds, words.calls)
        pool_id = pools[words.numbers[0]]
        with by_hand(pool_id, member_ids) as floor:
            service = by_service(pool_id, member_ids)
            ratio = compare("lease", service, floor, rounds=words.rounds, calls=words.calls)
        measure_last(pools[words.numbers[0]], member_ids, words.calls)
    worst = medians[words.numbers[-1]] / medians[words.numbers[0]]
    print(f"the largest pool against the smallest: {worst:.2f}")
    if ratio < FLOOR_RATIO or worst > SIZE_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO} or above {SIZE_RATIO}")


def make_members() -> list[int]:
    from numbers.models import NumbersSettings

    # Limits as always are checked; nobody reaches them.
    NumbersSettings.objects.create(leases_at_once=10**6, leases_per_day=10**6)
    ask(MEMBERS, MEMBER_COUNT)
    ask("INSERT INTO points_wallet (member_id, balance) SELECT id, 0 FROM accounts_member")
    ask(
        "INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,"
        " created_at) SELECT id, 1000000, 1000000, 'staff', 'bench:' || id, '', '', now()"
        " FROM accounts_member"
    )
    return [row[0] for row in ask("SELECT id FROM accounts_member WHERE banned_at IS NULL")]


def fill(size: int) -> int:
    from numbers.models import Pool

    pool = Pool.objects.create(name=f"{size:,} numbers", price=1)
    first = ask(BATCHES, pool.pk, pool.pk)[0][0]
    ask(NUMBERS, pool.pk, first, next(E164S), size)
    return pool.pk


def compare_sizes(
    pools: dict[int, int], member_ids: list[int], rounds: int, calls: int
) -> dict[int, float]:
    """Each round takes from each pool, so that what else the machine does falls on all."""
    took: dict[int, list[float]] = {size: [] for size in pools}
    for number in range(rounds + 1):
        for size, pool_id in pools.items():
            seconds = timed(by_service(pool_id, member_ids), calls)
            if number:
                took[size].append(seconds / calls)
    medians = {size: statistics.median(found) for size, found in took.items()}
    for size, seconds in medians.items():
        print(f"{size:>11,} numbers: {seconds * 1e6:,.0f} µs a lease")
    return medians


def measure_last(pool_id: int, member_ids: list[int], calls: int) -> None:
    """Down to the last free numbers, with and without the dead rows of all that were taken."""
    service = by_service(pool_id, member_ids)
    full = timed(service, calls) / calls
    with old_snapshot():
        ask(
            "UPDATE numbers_number SET state = 'used' WHERE pool_id = %s AND state = 'free'"
            " AND id %% 1000 <> 0",
            pool_id,
        )
        left = ask(
            "SELECT count(*) FROM numbers_number WHERE state = 'free' AND pool_id = %s", pool_id
        )[0][0]
        takes = min(left // 2, calls)
        dead = timed(service, takes) / takes
    tidy()
    takes = min(left // 2, calls)
    last = timed(service, takes) / takes
    print(
        f"of {left} left: {last * 1e6:,.0f} µs a lease, under an old snapshot {dead * 1e6:,.0f} µs,"
        f" with all there {full * 1e6:,.0f} µs"
    )


def by_service(pool_id: int, member_ids: list[int]) -> Callable[[int], None]:
    from django.utils import timezone

    from numbers.services import lease_number

    def take(number: int) -> None:
        lease_number(
            member_id=member_ids[number % len(member_ids)],
            pool_id=pool_id,
            price=1,
            key=f"bench:{next(E164S)}",
            now=timezone.now(),
        )

    return take


@contextmanager
def by_hand(pool_id: int, member_ids: list[int]) -> Iterator[Callable[[int], None]]:
    import secrets

    from django.utils import timezone

    from numbers.models import DRAW_KEY_MAX

    connection = connect()

    def take(number: int) -> None:
        member_id, now = member_ids[number % len(member_ids)], timezone.now()
        key, ago = f"hand:{next(E164S)}", now - timedelta(hours=24)
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        balance = cursor.execute(WALLET, (member_id,)).fetchone()[0]
        cursor.execute(LIMITS, (key, ago, now, member_id, ago)).fetchone()
        minutes = cursor.execute(SETTINGS).fetchone()[0]
        start = secrets.randbelow(DRAW_KEY_MAX)
        number_id = cursor.execute(DRAW, (pool_id, start)).fetchone()[0]
        ends = now + timedelta(minutes=minutes)
        lease_id = cursor.execute(LEASE, (number_id, member_id, key, now, ends)).fetchone()[0]
        cursor.execute(ENTRY, (member_id, balance - 1, f"lease:{lease_id}", now))
        cursor.execute("COMMIT")

    try:
        yield take
    finally:
        connection.close()


@contextmanager
def old_snapshot() -> Iterator[None]:
    connection = connect()
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    connection.execute("SELECT 1")
    try:
        yield
    finally:
        connection.close()


def connect() -> Any:
    import os

    import psycopg

    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def tidy() -> None:
    from numbers.services import fold_counts

    while fold_counts():
        pass
    ask("VACUUM ANALYZE")


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


if __name__ == "__main__":
    main()
