"""VIP for a million members: by an order, chunk by chunk, and by hand in as few statements.

python -m tests.benchmarks.bench_grants [--postgres] [--members 1000000] [--rounds 1]

By hand it is one INSERT … SELECT of the history and one UPDATE in one transaction, which
locks every membership until it ends. `with notices` adds the message to each member, on
both sides. The order is carried out as a worker does it, and its longest transaction shown.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from itertools import count

from tests.benchmarks.harness import fresh_database

FLOOR_RATIO = 0.5
KEYS = count()
SERIES = "WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < %s)"
MEMBERS = """
    INSERT INTO accounts_member (telegram_id, first_name, last_name, client_language, language,
        timezone, reachability, ban_reason, notify_vip, notify_points, notify_news,
        referral_code, invited_count, former_id_hash)
    {series} SELECT 7000000000 + i, 'Member', '', 'en', '', 'UTC', 'blocked', '', TRUE, TRUE,
        TRUE, 'c' || i, 0, '' FROM series
"""
# One in three is VIP, one in three was.
MEMBERSHIPS = """
    INSERT INTO vip_membership (member_id, vip_until)
    SELECT id, CASE id %% 3 WHEN 0 THEN {ahead} WHEN 1 THEN {behind} END FROM accounts_member
"""
HISTORY = """
    INSERT INTO vip_grant (membership_id, kind, key, days, until_before, until_after, price,
        order_id, actor_label, reason, created_at)
    SELECT member_id, 'staff', 'hand:' || member_id, 7, vip_until, {until}, 0, {order}, 'hand',
        'Birthday', {now} FROM vip_membership
"""
UPDATE = "UPDATE vip_membership SET vip_until = {until}"
NOTICES = """
    INSERT INTO accounts_outboxmessage (key, kind, member_id, params, priority, state, due_at,
        attempts, last_error)
    SELECT 'hand:' || id, 'vip.granted', id, '{{"order": 1}}', 9, 'waiting', {now}, 0, ''
    FROM accounts_member WHERE reachability = 'reachable' AND anonymised_at IS NULL
"""
POSTGRES = {
    "series": "",
    "now": "now()",
    "ahead": "now() + interval '3 days'",
    "behind": "now() - interval '3 days'",
    "until": "greatest(coalesce(vip_until, now()), now()) + interval '7 days'",
}
FORMAT = "strftime('%%Y-%%m-%%d %%H:%%M:%%f'"
SQLITE = {
    "series": SERIES,
    "now": f"{FORMAT}, 'now')",
    "ahead": f"{FORMAT}, 'now', '+3 days')",
    "behind": f"{FORMAT}, 'now', '-3 days')",
    "until": f"{FORMAT}, max(coalesce(vip_until, ''), {FORMAT}, 'now')), '+7 days')",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1, help="the median counts")
    words = parser.parse_args()
    with fresh_database(postgres=words.postgres):
        fill(words.members)
        ratios = [measure(words, is_told=is_told) for is_told in (False, True)]
    if min(ratios) < FLOOR_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO}")


def run(statement: str, *params: object, **names: object) -> None:
    from django.db import connection

    dialect = POSTGRES if connection.vendor == "postgresql" else SQLITE
    if not dialect["series"]:
        statement = statement.replace("FROM series", "FROM generate_series(1, %s) i")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**dialect, **names), params)


def fill(members: int) -> None:
    from django.db import connection

    run(MEMBERS, members)
    if connection.vendor == "sqlite":
        # Only in the way of what empties the table between the rounds.
        run("DROP TRIGGER vip_grant_no_delete")


def measure(words: argparse.Namespace, *, is_told: bool) -> float:
    from accounts.models import Member

    Member.objects.update(reachability="reachable" if is_told else "blocked")
    sides = (("order", by_order), ("by hand", lambda: by_hand(is_told)))
    rounds = [
        {name: words.members / timed(work) for name, work in sides} for _ in range(words.rounds)
    ]
    ratio = statistics.median(speeds["order"] / speeds["by hand"] for speeds in rounds)
    shown = ", ".join(
        f"{name} {statistics.median(speeds[name] for speeds in rounds):,.0f}/s" for name, _ in sides
    )
    print(f"{'with' if is_told else 'without'} notices: {shown}, ratio {ratio:.2f}")
    return ratio


def timed(work: Callable[[], None]) -> float:
    reset()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def reset() -> None:
    """The memberships as they were, without history and notices."""
    from django.db import connection

    tables = ("vip_grant", "accounts_outboxmessage", "vip_membership")
    if connection.vendor == "postgresql":
        run(f"TRUNCATE {', '.join(tables)}")
    else:
        for table in tables:
            run(f"DELETE FROM {table}")
    run(MEMBERSHIPS)
    run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def by_hand(is_told: bool) -> None:
    from django.db import transaction

    order_id = make_order()
    with transaction.atomic():
        run(HISTORY, order=order_id)
        run(UPDATE)
        if is_told:
            run(NOTICES)


def make_order() -> int:
    from django.utils import timezone

    from accounts.services import COMMAND
    from vip.audience import Kind
    from vip.services import Audience, grant_vip

    order = grant_vip(
        audience=Audience(Kind.ALL),
        days=7,
        reason="Birthday",
        actor=COMMAND,
        key=f"bench:{next(KEYS)}",
        now=timezone.now(),
        is_watched=True,
    )
    return int(order.pk)


def by_order() -> None:
    from django.utils import timezone

    from vip.services import continue_order

    order_id, longest, is_running, before = make_order(), 0.0, True, memory()
    while is_running:
        start = time.perf_counter()
        is_running = continue_order(order_id=order_id, now=timezone.now()).is_running
        longest = max(longest, time.perf_counter() - start)
    print(f"the order: longest transaction {longest * 1_000:,.0f} ms,", end=" ")
    print(f"most memory {memory()} MB, {before} MB before it")


def memory() -> int:
    """The most this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
