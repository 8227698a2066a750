"""Every trigger that a migration makes is still there after all of them.

SQLite drops a table's triggers when a later migration rebuilds the table.
"""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from project.triggers import Trigger

LISTED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def list_declared() -> set[str]:
    migrations = MigrationLoader(None).disk_migrations.values()
    operations = (operation for migration in migrations for operation in migration.operations)
    return {
        operation.name
        for operation in operations
        if isinstance(operation, Trigger)
        and (operation.sqlite or connection.vendor == "postgresql")
    }


def test_the_migrations_of_every_history_make_triggers():
    tables = ("points_entry", "accounts_auditentry", "vip_grant")

    assert list_declared() >= {
        f"{table}_no_{verb}" for table in tables for verb in ("update", "delete")
    }


@pytest.mark.django_db
def test_no_migration_has_dropped_a_trigger():
    with connection.cursor() as cursor:
        cursor.execute(LISTED[connection.vendor])
        found = {row[0] for row in cursor.fetchall()}

    assert list_declared() - found == set()
