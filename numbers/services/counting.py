"""Keeps the counts of stock and of leases short, and proves that they are true.

The database counts by itself (numbers/triggers.py). Nothing here need ever have run:
a count is the same folded and unfolded, it is only read faster.
"""

from typing import Any

from django.db import connection, transaction

from numbers.models import LeaseDay, StockCount

FOLD_MAX = 10_000
# One folds at a time; whoever comes second leaves it to him. Any number will do.
_LOCK = 7_304_119

_KEYS: dict[Any, tuple[str, ...]] = {
    StockCount: ("pool_id", "batch_id", "state"),
    LeaseDay: ("pool_id", "batch_id", "day"),
}
_SUMS: dict[Any, tuple[str, ...]] = {
    StockCount: ("amount",),
    LeaseDay: ("leases", "with_sms", "wait_seconds"),
}
# Rows that others write meanwhile are not seen, and not lost: they wait for the next time.
_FOLD = """
    WITH fresh AS (
        DELETE FROM {table} WHERE id IN (
            SELECT id FROM {table} WHERE NOT is_folded ORDER BY id LIMIT %s
        ) RETURNING {keys}, {sums}
    ), old AS (
        DELETE FROM {table} t USING (SELECT DISTINCT {keys} FROM fresh) k
        WHERE t.is_folded AND {same} RETURNING {t_keys}, {t_sums}
    ), every AS (SELECT * FROM fresh UNION ALL SELECT * FROM old), folded AS (
        INSERT INTO {table} ({keys}, {sums}, is_folded)
        SELECT {keys}, {summed}, true FROM every GROUP BY {keys} HAVING {some}
    )
    SELECT COUNT(*) FROM fresh
"""
_STOCK_TRUTH = """
    SELECT pool_id, batch_id, state, COUNT(*) FROM numbers_number
    GROUP BY pool_id, batch_id, state
"""
_STOCK_KEPT = """
    SELECT pool_id, batch_id, state, SUM(amount) FROM numbers_stockcount
    GROUP BY pool_id, batch_id, state HAVING SUM(amount) <> 0
"""


def fold_counts() -> int:
    """Makes one row of the rows of each count, at most FOLD_MAX of a table; returns how many."""
    return sum(_fold(model) for model in _KEYS)


@transaction.atomic
def verify_stock() -> list[dict[str, int | str]]:
    """Counts every number, and returns the counts that are not what is kept. Changes nothing."""
    with connection.cursor() as cursor:
        # In one statement, which sees one moment.
        cursor.execute(
            f"SELECT 'truth', truth.* FROM ({_STOCK_TRUTH}) truth "  # noqa: S608
            f"UNION ALL SELECT 'kept', kept.* FROM ({_STOCK_KEPT}) kept"
        )
        rows = cursor.fetchall()
    sides: dict[str, dict[tuple[int, int, str], int]] = {"truth": {}, "kept": {}}
    for side, pool_id, batch_id, state, count in rows:
        sides[side][pool_id, batch_id, state] = int(count)
    truth, kept = sides["truth"], sides["kept"]
    return [
        {
            "pool_id": key[0],
            "batch_id": key[1],
            "state": key[2],
            "counted": truth.get(key, 0),
            "kept": kept.get(key, 0),
        }
        for key in sorted(truth.keys() | kept.keys())
        if truth.get(key, 0) != kept.get(key, 0)
    ]


@transaction.atomic
def rebuild_stock() -> None:
    """Counts every number anew. Whoever would change one waits."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            cursor.execute("LOCK TABLE numbers_number IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM numbers_stockcount")
        cursor.execute(
            "INSERT INTO numbers_stockcount (pool_id, batch_id, state, amount, is_folded) "  # noqa: S608
            f"SELECT truth.*, TRUE FROM ({_STOCK_TRUTH}) truth"
        )


@transaction.atomic
def _fold(model: Any) -> int:
    if connection.vendor != "postgresql":
        return 0
    keys, sums, table = _KEYS[model], _SUMS[model], model._meta.db_table
    sql = _FOLD.format(
        table=table,
        keys=", ".join(keys),
        sums=", ".join(sums),
        t_keys=", ".join(f"t.{key}" for key in keys),
        t_sums=", ".join(f"t.{name}" for name in sums),
        same=" AND ".join(f"t.{key} = k.{key}" for key in keys),
        summed=", ".join(f"SUM({name})" for name in sums),
        some=" OR ".join(f"SUM({name}) <> 0" for name in sums),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(sql, [FOLD_MAX])
        return int(cursor.fetchone()[0])
