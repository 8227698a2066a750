"""Auto-search: what one search costs, and what a hundred thousand members cost a worker.

python -m tests.benchmarks.bench_auto_search [--postgres] [--members 10000] [--rounds 3]

The clock's look, batch after batch, until nobody is due: claim, limit, VIP and freeze, points,
items, the wait, the note for the digest. Each member has a search of yesterday at which his
limit is looked up. By hand it is the same batch in four statements that the database works out
alone, with the same triggers, but without limit, VIP, freeze, chance and items. The digests are
measured apart. The first line is with everybody due at once, as after an outage.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tests.benchmarks.bench_grants import MEMBERS, run
from tests.benchmarks.harness import fresh_database

FLOOR_RATIO = 0.5
CROWD = 100_000
LIMIT, WAIT_SECONDS, DAY_SECONDS = 60, 150, 86_400
DAY = timedelta(hours=25)

WALLETS = "INSERT INTO points_wallet (member_id, balance) SELECT id, 0 FROM accounts_member"
MEMBERSHIPS = "INSERT INTO vip_membership (member_id, vip_until) SELECT id, %s FROM accounts_member"
CHOICES = """
    INSERT INTO vip_autosearch (member_id, is_on, due_at, count, found_count, found_points,
        found_items, boost) SELECT id, TRUE, %s, 60, 0, 0, '{{}}', 0 FROM accounts_member
"""
YESTERDAYS = """
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,
        created_at)
    SELECT id, 10, 10, 'search', 'search:auto:' || id || ':' || n, '', '', %s
    FROM accounts_member CROSS JOIN (SELECT %s AS n) AS number
"""

DUE = "SELECT member_id FROM vip_autosearch WHERE due_at <= %s ORDER BY due_at LIMIT 200"
POST = """
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,
        created_at)
    SELECT w.member_id, 15, w.balance + 15, 'search',
        'search:auto:' || w.member_id || ':' || (a.count + 1), '', '', %s
    FROM points_wallet w JOIN vip_autosearch a ON a.member_id = w.member_id
    WHERE w.member_id IN ({ids})
"""
WAIT = """
    INSERT INTO points_search (member_id, count, searched_at, ready_at, is_reminded)
    SELECT member_id, 1, %s, %s, FALSE FROM points_wallet WHERE member_id IN ({ids})
    ON CONFLICT (member_id) DO UPDATE SET count = points_search.count + 1,
        searched_at = excluded.searched_at, ready_at = excluded.ready_at
"""
NOTE = """
    UPDATE vip_autosearch SET due_at = %s, count = count + 1, found_count = found_count + 1,
        found_points = found_points + 15, digest_at = COALESCE(digest_at, %s)
    WHERE member_id IN ({ids})
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median counts")
    words = parser.parse_args()
    with fresh_database(postgres=words.postgres):
        ratio = measure(words.members, words.rounds)
    if ratio < FLOOR_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO}")


def fill(members: int, now: datetime) -> None:
    from project.sql import adapt_time

    run(MEMBERS, members)
    run(WALLETS)
    run(MEMBERSHIPS, adapt_time(now + timedelta(days=3_000)))
    run(CHOICES, adapt_time(now))
    run(YESTERDAYS, adapt_time(now - DAY), 1)


def measure(members: int, rounds: int) -> float:
    from django.db import connection
    from django.utils import timezone

    now = timezone.now()
    fill(members, now)
    seconds: dict[str, list[float]] = {"service": [], "by hand": [], "cpu": [], "digests": []}
    # Each round lies a day after the one before: the searches of before are no longer counted.
    for _ in range(rounds + 1):
        run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        took = timed(partial(search_all, now))
        seconds["service"].append(took[0])
        seconds["cpu"].append(took[1])
        seconds["digests"].append(timed(partial(tell_all, now + timedelta(hours=2)))[0])
        now += DAY
        seconds["by hand"].append(timed(partial(search_all_by_hand, now))[0])
        now += DAY
    # The first round warms up.
    cost = {name: statistics.median(found[1:]) / members for name, found in seconds.items()}
    ratio = statistics.median(
        hand / ours
        for ours, hand in zip(seconds["service"][1:], seconds["by hand"][1:], strict=True)
    )
    print(
        f"{connection.vendor}, {members:,} due at once: {1 / cost['service']:,.0f} searches/s, "
        f"by hand {1 / cost['by hand']:,.0f}/s, ratio {ratio:.2f}"
    )
    print(
        f"one search {cost['service'] * 1e6:,.0f} µs, {cost['cpu'] * 1e6:,.0f} µs of it in this "
        f"process; one digest {cost['digests'] * 1e6:,.0f} µs"
    )
    busy = CROWD * cost["service"]
    print(
        f"{CROWD:,} members: {busy * LIMIT / DAY_SECONDS:.1%} of a worker over the day, "
        f"{busy / WAIT_SECONDS:.0%} while all search; due all at once, {busy:.0f} s"
    )
    return ratio


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def search_all(now: datetime) -> None:
    from botrunner.clocks import SEARCHES_PER_LOOK
    from botrunner.perks import search_perks
    from vip.services import search_for_due

    perks = search_perks(is_vip=True)
    while search_for_due(now=now, perks=perks, limit=SEARCHES_PER_LOOK) == SEARCHES_PER_LOOK:
        pass


def tell_all(now: datetime) -> None:
    from vip.services import tell_finds

    while tell_finds(now=now):
        pass


def search_all_by_hand(now: datetime) -> None:
    from django.db import connection, transaction

    from project.sql import adapt_time

    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    moment, ready_at = adapt_time(now), adapt_time(now + timedelta(seconds=WAIT_SECONDS))
    is_more = True
    while is_more:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(DUE + lock, [moment])
            ids = ", ".join(str(row[0]) for row in cursor.fetchall())
            is_more = bool(ids)
            if ids:
                cursor.execute(POST.format(ids=ids), [moment])
                cursor.execute(WAIT.format(ids=ids), [moment, ready_at])
                cursor.execute(NOTE.format(ids=ids), [ready_at, ready_at])


if __name__ == "__main__":
    main()
