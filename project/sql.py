"""What plain SQL needs that the ORM does by itself, the same on SQLite and PostgreSQL."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet


def adapt_time(moment: datetime | None) -> Any:
    """A time as a parameter of a statement."""
    return connection.ops.adapt_datetimefield_value(moment)


def read_time(value: str | datetime) -> datetime:
    """A time from a row. SQLite hands times back as they are stored: UTC without a zone."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def one_of(values: Sequence[Any]) -> tuple[str, list[Any]]:
    """What follows a column that is one of `values`, with its parameters.

    On PostgreSQL the statement is the same for any number of them, and prepared once.
    """
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [list(values)]
    return f"IN ({', '.join(['%s'] * len(values))})", list(values)


def rows_of(types: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """A query for these rows, at least one, to stand in WITH, with its parameters.

    `types` are PostgreSQL's: it takes a column as one array, and the statement is the same
    for any number of rows.
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{name}[]" for name in types)
        columns = [list(column) for column in zip(*rows, strict=True)]
        return f"SELECT * FROM unnest({arrays})", columns  # noqa: S608  types of our own
    row = f"({', '.join(['%s'] * len(types))})"
    return f"VALUES {', '.join([row] * len(rows))}", [value for row in rows for value in row]


def hot_cursor() -> AbstractContextManager[Any]:
    """A cursor for the few statements that everything costing points goes through.

    On PostgreSQL they are prepared once a connection; Django's own cursors never are,
    and parsing and planning is most of what so small a statement costs.
    """
    # Once: each look at django.db.connection asks anew which thread this is.
    link = connections[DEFAULT_DB_ALIAS]
    if link.vendor != "postgresql" or link.queries_logged:
        return link.cursor()
    return _PreparedCursor(link)


class _PreparedCursor:
    """A generator with two more context managers in it would take four times as long."""

    __slots__ = ("_cursor", "_link")

    def __init__(self, link: BaseDatabaseWrapper) -> None:
        self._link = link

    def __enter__(self) -> Any:
        from psycopg import Cursor

        link = self._link
        link.ensure_connection()
        cursor = self._cursor = Cursor(link.connection)
        return _WatchedCursor(cursor) if link.execute_wrappers else cursor

    def __exit__(self, *error: Any) -> None:
        self._cursor.close()
        self._link.wrap_database_errors.__exit__(*error)


class _WatchedCursor:
    """Shows each statement to connection.execute_wrapper, as Django's own cursors do."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def execute(self, sql: str, params: Sequence[Any]) -> Any:
        run: Callable[..., Any] = self._execute
        for wrapper in reversed(connection.execute_wrappers):
            run = partial(wrapper, run)
        return run(sql, params, False, {"connection": connection, "cursor": self})

    def _execute(self, sql: str, params: Sequence[Any], many: bool, context: Any) -> Any:
        return self._cursor.execute(sql, params)


def insert_from(model: type[Model], rows: QuerySet[Any], columns: Sequence[str]) -> int:
    """INSERT … SELECT: the rows of a query become rows of a table; returns how many.

    `rows` is annotated with each of `columns`. Rows that conflict are left out. With
    select_for_update the rows are locked as they are read.
    """
    select, params = rows.values(*columns).query.sql_with_params()
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    # WHERE TRUE: without it SQLite reads ON CONFLICT as a join's ON.
    sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM ({select}) AS chosen WHERE TRUE"  # noqa: S608  names of our own columns
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", params)
        return int(cursor.rowcount)
