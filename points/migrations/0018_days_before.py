"""Counts the days before the counting began: points and invitations of the last thirty."""

from datetime import timedelta
from importlib import import_module

from django.db import migrations
from django.utils import timezone

DAYS = 30
# A day is counted whole here, so it takes the place of what was counted of it since 0017: who
# started the bot between the two, or tries again, is not stopped by a day that is there already.
REPLACE = """
    ON CONFLICT (member_id, board, day) DO UPDATE SET score = excluded.score, is_dirty = TRUE
"""
EARNED = import_module("points.migrations.0017_entries_count_on_days").EARNED
POINTS = f"""
    INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)
    SELECT 'points', n.wallet_id, {{day}}, SUM(n.amount), TRUE
    FROM points_entry n JOIN points_entry e ON e.id = COALESCE(n.reverses_id, n.id)
    WHERE n.created_at >= %s AND e.created_at >= %s AND e.kind IN {EARNED}
    GROUP BY n.wallet_id, {{day}} HAVING SUM(n.amount) <> 0
    {REPLACE}
"""  # noqa: S608  names of our own
INVITES = f"""
    INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)
    SELECT 'invites', e.referred_by_id, {{day}}, COUNT(*), TRUE
    FROM accounts_member e WHERE e.joined_at >= %s AND e.referred_by_id IS NOT NULL
    GROUP BY e.referred_by_id, {{day}}
    {REPLACE}
"""


def count_days(apps, schema_editor):
    """XP has no history to count from. The first day is counted whole."""
    connection = schema_editor.connection
    first = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    first = connection.ops.adapt_datetimefield_value(first - timedelta(days=DAYS - 1))
    day = "({}::timestamptz AT TIME ZONE 'UTC')::date"
    if connection.vendor == "sqlite":
        day = "DATE({})"
    with connection.cursor() as cursor:
        cursor.execute(POINTS.format(day=day.format("e.created_at")), [first, first])
        cursor.execute(INVITES.format(day=day.format("e.joined_at")), [first])


class Migration(migrations.Migration):
    dependencies = [("points", "0017_entries_count_on_days")]

    operations = [migrations.RunPython(count_days, migrations.RunPython.noop)]
