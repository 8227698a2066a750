# ruff: noqa: S608  names of our own tables
"""The triggers that keep StockCount and LeaseDay. An operation of a migration each.

On PostgreSQL those of the stock look at a statement as a whole: a COPY of a million
numbers adds a row or two. On SQLite each row moves the one row of its count.
"""

from project.triggers import Trigger

_KEY = "pool_id = {row}.pool_id AND batch_id = {row}.batch_id AND state = {row}.state"
# The id of an upsert would need a unique key, which PostgreSQL's many rows cannot have.
_MOVE = f"""
    INSERT INTO numbers_stockcount (pool_id, batch_id, state, amount, is_folded)
    SELECT {{row}}.pool_id, {{row}}.batch_id, {{row}}.state, 0, 1
    WHERE NOT EXISTS (SELECT 1 FROM numbers_stockcount WHERE {_KEY});
    UPDATE numbers_stockcount SET amount = amount {{change}}
    WHERE id = (SELECT MIN(id) FROM numbers_stockcount WHERE {_KEY});
"""
_IN, _OUT = _MOVE.format(row="NEW", change="+ 1"), _MOVE.format(row="OLD", change="- 1")
_ADD = "INSERT INTO numbers_stockcount (pool_id, batch_id, state, amount, is_folded)"


def count_stock() -> list[Trigger]:
    """Whatever adds, moves, deletes or truncates numbers."""
    table = "numbers_number"
    return [
        Trigger(
            table,
            "numbers_number_counts_in",
            sqlite=f"AFTER INSERT ON {table} BEGIN {_IN} END",
            statement=f"AFTER INSERT ON {table} REFERENCING NEW TABLE AS added",
            postgresql=f"""BEGIN {_ADD}
                SELECT pool_id, batch_id, state, count(*), false FROM added GROUP BY 1, 2, 3;
                RETURN NULL; END""",
        ),
        Trigger(
            table,
            "numbers_number_counts_out",
            sqlite=f"AFTER DELETE ON {table} BEGIN {_OUT} END",
            statement=f"AFTER DELETE ON {table} REFERENCING OLD TABLE AS removed",
            postgresql=f"""BEGIN {_ADD}
                SELECT pool_id, batch_id, state, -count(*), false FROM removed GROUP BY 1, 2, 3;
                RETURN NULL; END""",
        ),
        Trigger(
            table,
            "numbers_number_counts_moves",
            sqlite=f"AFTER UPDATE OF state, pool_id, batch_id ON {table} BEGIN {_OUT} {_IN} END",
            statement=f"""AFTER UPDATE ON {table}
                REFERENCING OLD TABLE AS removed NEW TABLE AS added""",
            postgresql=f"""BEGIN {_ADD}
                SELECT pool_id, batch_id, state, sum(n), false FROM (
                    SELECT pool_id, batch_id, state, 1 AS n FROM added
                    UNION ALL SELECT pool_id, batch_id, state, -1 FROM removed
                ) moved GROUP BY 1, 2, 3 HAVING sum(n) <> 0;
                RETURN NULL; END""",
        ),
        # SQLite knows no TRUNCATE.
        Trigger(
            table,
            "numbers_number_counts_none",
            sqlite="",
            statement=f"AFTER TRUNCATE ON {table}",
            postgresql="BEGIN DELETE FROM numbers_stockcount; RETURN NULL; END",
        ),
    ]


_DAY_KEY = "batch_id = n.batch_id AND pool_id = n.pool_id AND day = DATE(NEW.started_at)"
_DAY_COLUMNS = "(pool_id, batch_id, day, leases, with_sms, wait_seconds, is_folded)"
_WAIT_SQLITE = """CAST(MAX(0, ROUND(
    (julianday(NEW.first_sms_at) - julianday(NEW.started_at)) * 86400)) AS INTEGER)"""
_WAIT_POSTGRESQL = """
    GREATEST(0, round(extract(epoch FROM NEW.first_sms_at - NEW.started_at)))::bigint"""


def _count_day_sqlite(leases: str, with_sms: str, wait: str) -> str:
    return f"""
        INSERT INTO numbers_leaseday {_DAY_COLUMNS}
        SELECT n.pool_id, n.batch_id, DATE(NEW.started_at), 0, 0, 0, 1
        FROM numbers_number n WHERE n.id = NEW.number_id
        AND NOT EXISTS (SELECT 1 FROM numbers_leaseday WHERE {_DAY_KEY});
        UPDATE numbers_leaseday SET leases = leases + {leases}, with_sms = with_sms + {with_sms},
            wait_seconds = wait_seconds + {wait}
        WHERE id = (SELECT MIN(d.id) FROM numbers_leaseday d JOIN numbers_number n
            ON d.batch_id = n.batch_id AND d.pool_id = n.pool_id
            WHERE n.id = NEW.number_id AND d.day = DATE(NEW.started_at));"""


def _count_day_postgresql(leases: str, with_sms: str, wait: str) -> str:
    return f"""INSERT INTO numbers_leaseday {_DAY_COLUMNS}
        SELECT n.pool_id, n.batch_id, (NEW.started_at AT TIME ZONE 'UTC')::date,
            {leases}, {with_sms}, {wait}, false
        FROM numbers_number n WHERE n.id = NEW.number_id;"""


def count_lease_days() -> list[Trigger]:
    """A lease counts on the day it began; once more when its first SMS has come."""
    table = "numbers_lease"
    return [
        Trigger(
            table,
            "numbers_lease_counts",
            sqlite=f"AFTER INSERT ON {table} BEGIN {_count_day_sqlite('1', '0', '0')} END",
            postgresql=f"BEGIN {_count_day_postgresql('1', '0', '0')} RETURN NULL; END",
        ),
        Trigger(
            table,
            "numbers_lease_counts_sms",
            sqlite=f"""AFTER UPDATE OF first_sms_at ON {table}
                WHEN OLD.first_sms_at IS NULL AND NEW.first_sms_at IS NOT NULL
                BEGIN {_count_day_sqlite("0", "1", _WAIT_SQLITE)} END""",
            postgresql=f"""BEGIN
                IF OLD.first_sms_at IS NULL AND NEW.first_sms_at IS NOT NULL THEN
                    {_count_day_postgresql("0", "1", _WAIT_POSTGRESQL)}
                END IF; RETURN NULL; END""",
        ),
    ]
