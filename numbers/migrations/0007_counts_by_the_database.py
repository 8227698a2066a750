"""What is there is counted once; from here on the database counts by itself.

Making a trigger locks its table against writers to the end of the migration.
"""

from django.db import migrations

from numbers.triggers import count_lease_days, count_stock

FIRST_SMS = """
    UPDATE numbers_lease SET first_sms_at = (
        SELECT MIN(s.received_at) FROM numbers_inboundsms s WHERE s.lease_id = numbers_lease.id
    ) WHERE sms_count > 0
"""
STOCK = """
    INSERT INTO numbers_stockcount (pool_id, batch_id, state, amount, is_folded)
    SELECT pool_id, batch_id, state, COUNT(*), TRUE FROM numbers_number
    GROUP BY pool_id, batch_id, state
"""
LEASES = """
    INSERT INTO numbers_leaseday
        (pool_id, batch_id, day, leases, with_sms, wait_seconds, is_folded)
    SELECT n.pool_id, n.batch_id, {day}, COUNT(*), COUNT(l.first_sms_at),
        COALESCE(SUM({wait}), 0), TRUE
    FROM numbers_lease l JOIN numbers_number n ON n.id = l.number_id
    GROUP BY n.pool_id, n.batch_id, {day}
"""
FORMS = {
    "sqlite": {
        "day": "DATE(l.started_at)",
        "wait": "CAST(MAX(0, ROUND((julianday(l.first_sms_at) - julianday(l.started_at))"
        " * 86400)) AS INTEGER)",
    },
    "postgresql": {
        "day": "(l.started_at AT TIME ZONE 'UTC')::date",
        "wait": "GREATEST(0, round(extract(epoch FROM l.first_sms_at - l.started_at)))::bigint",
    },
}


def count_what_is_there(apps, schema_editor):
    schema_editor.execute(STOCK)
    schema_editor.execute(LEASES.format(**FORMS[schema_editor.connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [("numbers", "0006_counts")]

    operations = [
        migrations.RunSQL(FIRST_SMS, migrations.RunSQL.noop),
        *count_stock(),
        *count_lease_days(),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop),
    ]
