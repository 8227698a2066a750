"""A lease in the fewest statements that do all its work: the floor of bench_lease.

It does what the service does for a member whom nothing stops, in the same five statements
and with the same triggers: the wallet locked and the freeze looked at; the repeated key, the
limits of the day and of the moment, the settings, the pool's price, rules and queue; the draw
with its lock; the lease; the entry in the ledger. It never refuses, and makes no objects.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.benchmarks.stock import E164S, connect

WALLET = """
    SELECT w.balance, m.frozen_at IS NOT NULL OR m.banned_at IS NOT NULL
    FROM points_wallet w JOIN accounts_member m ON m.id = w.member_id
    WHERE w.member_id = %s FOR NO KEY UPDATE OF w
"""
READ = """
    SELECT made.*, s.lease_minutes, s.leases_at_once, s.leases_per_day, p.price,
        p.rules <> '' AND NOT EXISTS (SELECT 1 FROM numbers_rulesacceptance a
            WHERE a.member_id = %s AND a.pool_id = p.id AND a.version = p.rules_version),
        EXISTS (SELECT 1 FROM numbers_poolwait w WHERE w.pool_id = p.id
            AND (w.held_until IS NULL OR w.member_id = %s))
    FROM (
        SELECT (SELECT id FROM numbers_lease WHERE key = %s),
            count(*) FILTER (WHERE started_at > %s),
            count(*) FILTER (WHERE ended_at IS NULL AND expires_at > %s)
        FROM numbers_lease WHERE member_id = %s AND started_at > %s
    ) made, numbers_numberssettings s, numbers_pool p WHERE p.id = %s AND p.is_active
"""
DRAW = """
    UPDATE numbers_number SET state = 'leased' WHERE id = (
        SELECT n.id FROM numbers_number n
        JOIN numbers_pool p ON p.id = n.pool_id JOIN numbers_batch b ON b.id = n.batch_id
        WHERE n.state = 'free' AND n.pool_id = %s AND n.draw_key >= %s AND p.is_active
            AND p.price = 1 AND b.state = 'active'
        ORDER BY n.draw_key LIMIT 1 FOR UPDATE OF n SKIP LOCKED
    ) RETURNING id, e164
"""
LEASE = """
    INSERT INTO numbers_lease (number_id, pool_id, member_id, key, price, started_at, expires_at,
        "end", sms_count) VALUES (%s, %s, %s, %s, 1, %s, %s, '', 0) RETURNING id
"""
ENTRY = """
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,
        created_at) VALUES (%s, -1, %s, 'lease', %s, '', '', %s)
"""


@contextmanager
def by_hand(pool_id: int, member_ids: list[int]) -> Iterator[Callable[[int], None]]:
    from django.utils import timezone

    from numbers.models import DRAW_KEY_MAX

    connection = connect()

    def take(number: int) -> None:
        member_id, now = member_ids[number % len(member_ids)], timezone.now()
        key, ago = f"hand:{next(E164S)}", now - timedelta(hours=24)
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        balance = cursor.execute(WALLET, (member_id,)).fetchone()[0]
        asked = (member_id, member_id, key, ago, now, member_id, ago, pool_id)
        minutes = cursor.execute(READ, asked).fetchone()[3]
        drawn = cursor.execute(DRAW, (pool_id, secrets.randbelow(DRAW_KEY_MAX))).fetchone()
        number_id = (drawn or cursor.execute(DRAW, (pool_id, 0)).fetchone())[0]
        ends = now + timedelta(minutes=minutes)
        values = (number_id, pool_id, member_id, key, now, ends)
        lease_id = cursor.execute(LEASE, values).fetchone()[0]
        cursor.execute(ENTRY, (member_id, balance - 1, f"lease:{lease_id}", now))
        cursor.execute("COMMIT")

    try:
        yield take
    finally:
        connection.close()
