"""transfer and debit against the same work as one transaction by hand with psycopg or sqlite3.

python -m tests.benchmarks.bench_ledger [--postgres] [--rounds 9] [--calls 400]
"""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.benchmarks.bench_purchase import connect
from tests.benchmarks.harness import compare, fresh_database

MEMBERS = 100
FLOOR_RATIO = 0.5

# What a debit and a transfer cannot do without, in the fewest statements.
LOCK = "SELECT balance FROM points_wallet WHERE member_id = %s"
LOCK_BOTH = (
    "SELECT member_id, balance FROM points_wallet WHERE member_id IN (%s, %s) ORDER BY member_id"
)
SENT = (
    "SELECT COALESCE(SUM(-amount), 0) FROM points_entry"
    " WHERE wallet_id = %s AND created_at > %s AND kind = 'transfer_out'"
)
ENTRY = (
    "INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, counterparty_id,"
    " actor_label, note, created_at) VALUES (%s, %s, %s, %s, %s, %s, '', '', %s) RETURNING id"
)
TELL = (
    "INSERT INTO accounts_outboxmessage (key, kind, member_id, params, priority, state, due_at,"
    " attempts, last_error) VALUES (%s, 'points.received', %s, %s, 5, 'waiting', %s, 0, '')"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=400)
    words = parser.parse_args()
    database = "PostgreSQL" if words.postgres else "SQLite"
    with fresh_database(postgres=words.postgres):
        member_ids = make_members(words.rounds * words.calls * 4)
        with by_hand(words.postgres, member_ids) as floors:
            ratios = [
                compare(
                    f"{name} on {database}",
                    service,
                    floors[name],
                    rounds=words.rounds,
                    calls=words.calls,
                )
                for name, service in by_service(member_ids).items()
            ]
    if min(ratios) < FLOOR_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO}")


def make_members(points: int) -> list[int]:
    from points.models import PointsSettings
    from tests.factories import make_member

    PointsSettings.objects.create(transfer_daily_max=10**12)
    return [make_member(points=points).pk for _ in range(MEMBERS)]


def by_service(member_ids: list[int]) -> dict[str, Callable[[int], None]]:
    from django.db import transaction
    from django.utils import timezone

    from points.services import Cause, debit, lock_wallet, transfer

    def run_debit(number: int) -> None:
        cause = Cause(kind="vip", key=f"debit:{number}", now=timezone.now())
        with transaction.atomic():
            debit(lock_wallet(member_ids[number % MEMBERS]), 1, cause)

    def run_transfer(number: int) -> None:
        sender, receiver = pair(member_ids, number)
        transfer(
            sender_id=sender,
            receiver_id=receiver,
            amount=1,
            key=f"transfer:{number}",
            now=timezone.now(),
        )

    return {"debit": run_debit, "transfer": run_transfer}


def pair(member_ids: list[int], number: int) -> tuple[int, int]:
    return member_ids[number % MEMBERS], member_ids[(number * 7 + 1) % MEMBERS]


@contextmanager
def by_hand(postgres: bool, member_ids: list[int]) -> Iterator[dict[str, Callable[[int], None]]]:
    connection, adapt = connect(postgres)
    from django.utils import timezone

    lock = " FOR UPDATE" if postgres else ""
    statements = [LOCK + lock, LOCK_BOTH + lock, SENT, ENTRY, TELL]
    if not postgres:
        statements = [statement.replace("%s", "?") for statement in statements]
    lock_one, lock_both, sent, entry, tell = statements
    begin = "BEGIN" if postgres else "BEGIN IMMEDIATE"

    def run_debit(number: int) -> None:
        member_id, now = member_ids[number % MEMBERS], timezone.now()
        cursor = connection.cursor()
        cursor.execute(begin)
        balance = cursor.execute(lock_one, (member_id,)).fetchone()[0]
        values = (member_id, -1, balance - 1, "vip", f"hand:debit:{number}", None, adapt(now))
        cursor.execute(entry, values).fetchone()
        cursor.execute("COMMIT")

    def run_transfer(number: int) -> None:
        (sender, receiver), now = pair(member_ids, number), timezone.now()
        key, moment = f"hand:transfer:{number}", adapt(now)
        cursor = connection.cursor()
        cursor.execute(begin)
        held = dict(cursor.execute(lock_both, (sender, receiver)).fetchall())
        cursor.execute(sent, (sender, adapt(now - timedelta(hours=24)))).fetchone()
        values = (sender, -1, held[sender] - 1, "transfer_out", f"{key}:out", receiver, moment)
        cursor.execute(entry, values).fetchone()
        values = (receiver, 1, held[receiver] + 1, "transfer_in", f"{key}:in", sender, moment)
        entry_id = cursor.execute(entry, values).fetchone()[0]
        params = json.dumps({"entry_id": entry_id})
        cursor.execute(tell, (f"points.received:{entry_id}", receiver, params, moment))
        cursor.execute("COMMIT")

    try:
        yield {"debit": run_debit, "transfer": run_transfer}
    finally:
        connection.close()


if __name__ == "__main__":
    main()
