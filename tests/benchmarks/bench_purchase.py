"""buy_plan against the same purchase as one transaction by hand with psycopg or sqlite3.

python -m tests.benchmarks.bench_purchase [--postgres] [--rounds 9] [--calls 400]
"""

import argparse
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.benchmarks.harness import compare, fresh_database

MEMBERS = 100
FLOOR_RATIO = 0.5

# What a purchase cannot do without, in the fewest statements.
WALLET = "SELECT balance FROM points_wallet WHERE member_id = %s"
PLAN = (
    "SELECT m.vip_until, p.days, p.price FROM vip_membership m JOIN vip_plan p ON p.id = %s"
    " WHERE m.member_id = %s AND p.is_active"
)
ENTRY = (
    "INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,"
    " created_at) VALUES (%s, %s, %s, 'vip', %s, '', '', %s) RETURNING id"
)
EXPIRY = "UPDATE vip_membership SET vip_until = %s WHERE member_id = %s"
GRANT = (
    "INSERT INTO vip_grant (membership_id, kind, key, days, until_before, until_after, plan_id,"
    " price, entry_id, actor_label, reason, created_at)"
    " VALUES (%s, 'purchase', %s, %s, %s, %s, %s, %s, %s, '', '', %s)"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=400)
    words = parser.parse_args()
    with fresh_database(postgres=words.postgres):
        member_ids, plan_id = make_rows(words.rounds * words.calls * 4)
        with by_hand(words.postgres, member_ids, plan_id) as floor:
            name = f"purchase on {'PostgreSQL' if words.postgres else 'SQLite'}"
            service = by_service(member_ids, plan_id)
            ratio = compare(name, service, floor, rounds=words.rounds, calls=words.calls)
    if ratio < FLOOR_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO}")


def make_rows(purchases: int) -> tuple[list[int], int]:
    from tests.factories import make_member
    from vip.models import Membership, Plan

    plan = Plan.objects.create(code="bench", days=1, price=1)
    members = [make_member(points=purchases) for _ in range(MEMBERS)]
    Membership.objects.bulk_create([Membership(member=member) for member in members])
    return [member.pk for member in members], plan.pk


def by_service(member_ids: list[int], plan_id: int) -> Callable[[int], None]:
    from django.utils import timezone

    from vip.services import buy_plan

    def buy(number: int) -> None:
        buy_plan(
            member_id=member_ids[number % MEMBERS],
            plan_id=plan_id,
            quoted_price=1,
            key=f"service:{number}",
            now=timezone.now(),
        )

    return buy


@contextmanager
def by_hand(postgres: bool, member_ids: list[int], plan_id: int) -> Iterator[Callable[[int], None]]:
    connection, adapt = connect(postgres)
    from django.utils import timezone

    from project.sql import read_time

    lock, lock_membership = (" FOR UPDATE", " FOR UPDATE OF m") if postgres else ("", "")
    statements = [WALLET + lock, PLAN + lock_membership, ENTRY, EXPIRY, GRANT]
    if not postgres:
        statements = [statement.replace("%s", "?") for statement in statements]
    wallet, plan, entry, expiry, grant = statements

    def buy(number: int) -> None:
        member_id, key, now = member_ids[number % MEMBERS], f"hand:{number}", timezone.now()
        cursor = connection.cursor()
        cursor.execute("BEGIN" if postgres else "BEGIN IMMEDIATE")
        balance = cursor.execute(wallet, (member_id,)).fetchone()[0]
        before, days, price = cursor.execute(plan, (plan_id, member_id)).fetchone()
        until = max(now, read_time(before) if before else now) + timedelta(days=days)
        values: tuple[Any, ...] = (member_id, -price, balance - price, key, adapt(now))
        entry_id = cursor.execute(entry, values).fetchone()[0]
        cursor.execute(expiry, (adapt(until), member_id))
        values = (member_id, key, days, before, adapt(until), plan_id, price, entry_id, adapt(now))
        cursor.execute(grant, values)
        cursor.execute("COMMIT")

    try:
        yield buy
    finally:
        connection.close()


def connect(postgres: bool) -> tuple[Any, Callable[[Any], Any]]:
    """A connection of its own, with what production sets on it."""
    from django.conf import settings

    if postgres:
        import os

        import psycopg

        return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True), lambda moment: moment
    options = settings.DATABASES["default"]
    connection = sqlite3.connect(options["NAME"], isolation_level=None, timeout=20)
    connection.executescript(options["OPTIONS"]["init_command"])
    return connection, lambda moment: str(moment.replace(tzinfo=None))


if __name__ == "__main__":
    main()
