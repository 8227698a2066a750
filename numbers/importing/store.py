"""Puts a block of numbers into stock, in a few statements, and says which were there before.

The numbers go into a staging table of the connection's own, by COPY on PostgreSQL, and
from there into the stock in one statement, in the order of the numbers: two imports that
meet in the same numbers wait for each other and never for good.
"""

from typing import Any

from django.db import connection

from numbers.models import Batch, Number

from . import faults
from .parse import Parsed

_INSERT = """
    INSERT INTO numbers_number (pool_id, batch_id, e164, state, draw_key)
    SELECT %s, %s, e164, %s, {random} FROM numbers_staging WHERE TRUE ORDER BY e164
    ON CONFLICT DO NOTHING
"""
_INSERT_SQLITE = _INSERT.format(random="random() & 2147483647")
_COUNTED = "WITH added AS ({insert} RETURNING id) SELECT count(*), min(id) FROM added"
_INSERT_POSTGRESQL = _COUNTED.format(
    insert=_INSERT.format(random="floor(random() * 2147483647)::int")
)
# What was not added just now: ids grow, so the batch's own rows from before have smaller ones.
_LEFT_OUT = """
    SELECT staged.e164, number.batch_id = %s FROM numbers_staging staged
    LEFT JOIN numbers_number number ON number.e164 = staged.e164
    WHERE number.id IS NULL OR number.batch_id <> %s OR number.id < %s
"""
_REJECT = "INSERT INTO numbers_rejection (batch_id, line, value, reason) VALUES (%s, %s, %s, %s)"
_COPY_REJECTED = "COPY numbers_rejection (batch_id, line, value, reason) FROM STDIN"
_ID_MAX = 2**63 - 1


def store_block(batch: Batch, parsed: Parsed) -> None:
    """Needs a transaction that holds the batch. Counts in the batch, which the caller saves.

    What was in stock already is moved to the block's rejections.
    """
    with connection.cursor() as cursor:
        _stage(cursor, sorted(parsed.numbers))
        added, first_id = _insert(cursor, batch)
        if added < len(parsed.numbers):
            since = _ID_MAX if first_id is None else first_id
            cursor.execute(_LEFT_OUT, [batch.pk, batch.pk, since])
            for e164, is_own in cursor.fetchall():
                parsed.reject_repeated(e164, faults.IN_FILE if is_own else faults.IN_STOCK)
        assert added == len(parsed.numbers), "each number is added or left out"
        parsed.rejections.sort(key=lambda line: line.line)
        _store_rejections(cursor, batch, parsed)
    batch.accepted_count += added
    batch.rejected_count += len(parsed.rejections)
    batch.duplicate_count += sum(line.reason in faults.DUPLICATES for line in parsed.rejections)


def _stage(cursor: Any, e164s: list[int]) -> None:
    cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS numbers_staging (e164 bigint NOT NULL)")
    cursor.execute("DELETE FROM numbers_staging")
    if connection.vendor == "postgresql":
        with cursor.copy("COPY numbers_staging FROM STDIN") as copy:
            copy.write("".join(f"{e164}\n" for e164 in e164s))
    else:
        cursor.executemany("INSERT INTO numbers_staging VALUES (%s)", [(e164,) for e164 in e164s])


def _insert(cursor: Any, batch: Batch) -> tuple[int, int | None]:
    """How many became numbers, and the smallest id among them."""
    is_offered = batch.state == Batch.State.ACTIVE
    state = Number.State.FREE if is_offered else Number.State.DISABLED
    params = [batch.pool_id, batch.pk, str(state)]
    if connection.vendor == "postgresql":
        cursor.execute(_INSERT_POSTGRESQL, params)
        added, first_id = cursor.fetchone()
        return added, first_id
    # One writer at a time: the ids that follow are ours.
    cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM numbers_number")
    (first_id,) = cursor.fetchone()
    cursor.execute(_INSERT_SQLITE, params)
    return cursor.rowcount, first_id


def _store_rejections(cursor: Any, batch: Batch, parsed: Parsed) -> None:
    rows = [(batch.pk, line.line, line.value, line.reason) for line in parsed.rejections]
    if connection.vendor != "postgresql":
        cursor.executemany(_REJECT, rows)
        return
    with cursor.copy(_COPY_REJECTED) as copy:
        for row in rows:
            copy.write_row(row)
