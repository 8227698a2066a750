"""Legacy accounts are found by the beginning of a username, on PostgreSQL by this index.

Django compares UPPER(column) there, as for members (0005): the plain index served nobody.
"""

from django.db import migrations

INDEX = "legacy_account_username_start"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON accounts_legacyaccount"
            " (UPPER(username::text) text_pattern_ops)"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_staff_session")]

    operations = [
        migrations.RemoveIndex(model_name="legacyaccount", name="legacy_account_username"),
        migrations.RunPython(create, drop),
    ]
