"""Tests with real commits: the flush after each empties append-only tables too, and each
starts with the rows that migrations make (groups, plans), as all other tests do.

On SQLite the flush deletes rows, which the triggers of such tables refuse; PostgreSQL
truncates, which no row trigger sees.
"""

from typing import Any

import pytest
from django.db import connection, transaction


def step_triggers_aside(patch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        return
    operations: Any = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(self, sql_list)
            for _, sql in triggers:
                cursor.execute(sql)

    patch.setattr(operations, "execute_sql_flush", execute_sql_flush)


def keep_migrated_rows(items: list[pytest.Item]) -> None:
    # All or none: a flush without it makes content types anew, with other ids.
    for item in items:
        marker = item.get_closest_marker("django_db")
        names: list[str] = getattr(item, "fixturenames", [])
        if marker is not None and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)):
            kwargs = {**marker.kwargs, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(*marker.args, **kwargs), append=False)
        elif {"transactional_db", "live_server"} & set(names):
            names.insert(0, "django_db_serialized_rollback")
