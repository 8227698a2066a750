"""Database triggers for rules that no path may get around, on SQLite and PostgreSQL.

A trigger is an operation of a migration. SQLite drops a table's triggers when a
later migration rebuilds the table: list the operation again in that migration
(tests/architecture/test_triggers.py fails until you do).
"""

import re
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class Trigger(Operation):
    """One trigger, written for each database; replaces one of the same name.

    With `statement`, its header on PostgreSQL, it runs there once a statement and not once
    a row. One without a `sqlite` form is for what SQLite does not know.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, table: str, name: str, *, sqlite: str, postgresql: str, statement: str = ""
    ) -> None:
        self.table, self.name = table, name
        self.sqlite, self.postgresql, self.statement = sqlite, postgresql, statement

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "sqlite":
            if self.sqlite:
                schema_editor.execute(
                    f"CREATE TRIGGER {self.name} {self.sqlite}"  # table is named in the body
                )
            return
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger "
            f"LANGUAGE plpgsql AS $$ {self.postgresql} $$"
        )
        schema_editor.execute(self._postgresql_trigger())

    def _postgresql_trigger(self) -> str:
        if self.statement:
            return (
                f"CREATE TRIGGER {self.name} {self.statement} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()"
            )
        # The header of the SQLite form ("BEFORE UPDATE ON t ...") up to WHEN or BEGIN serves both.
        header = re.split(r"\s(?:WHEN|BEGIN)\s", self.sqlite, maxsplit=1)[0]
        return f"CREATE TRIGGER {self.name} {header} FOR EACH ROW EXECUTE FUNCTION {self.name}()"

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.name}()")

    def describe(self) -> str:
        return f"Create trigger {self.name}"


def append_only(table: str) -> list[Operation]:
    """The table takes new rows only: UPDATE and DELETE fail in the database itself."""
    return [
        Trigger(
            table,
            f"{table}_no_{verb.lower()}",
            sqlite=f"BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END",
            postgresql=f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '23001'; END",
        )
        for verb in ("UPDATE", "DELETE")
        for message in [f"{table} is append-only"]
    ]
