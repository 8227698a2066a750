"""Members by the thousand, made by the database."""

from django.db import connection

_MEMBERS = """
    INSERT INTO accounts_member (telegram_id, first_name, last_name, client_language, language,
        timezone, reachability, ban_reason, notify_vip, notify_points, notify_news,
        referral_code, invited_count, former_id_hash)
    SELECT 7000000000 + i, 'Member', '', 'en', '', 'UTC', 'reachable', '', true, true, true,
        'c' || i, 0, ''
    FROM generate_series(1, %s) i
"""


def make_crowd(count: int) -> None:
    """On PostgreSQL; they have neither wallets nor memberships."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [count])
        cursor.execute("ANALYZE accounts_member")
