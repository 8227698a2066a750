"""Lets the flush after a test with real commits empty append-only tables too.

On SQLite it deletes rows, which their triggers refuse; PostgreSQL truncates, which
no row trigger sees. Such tests start without the rows of migrations unless they ask
for them: `@pytest.mark.django_db(transaction=True, serialized_rollback=True)`.
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
