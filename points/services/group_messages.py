"""Who wrote the messages of the last days: written for each message, so in plain SQL."""

from datetime import datetime, timedelta

from points.models import GroupMessage
from project.sql import adapt_time, hot_cursor

KEPT_FOR = timedelta(days=2)
# Whatever the groups write, the table does not outgrow this by more than an hour's messages.
KEPT_MAX = 1_000_000
PURGE_SIZE = 5_000

_REMEMBER = """
    INSERT INTO points_groupmessage (chat_telegram_id, message_id, author_id, reactors, created_at)
    VALUES (%s, %s, %s, '[]', %s) ON CONFLICT DO NOTHING RETURNING id
"""


def remember_message(
    *, chat_telegram_id: int, message_id: int, author_id: int, now: datetime
) -> bool:
    """False when the message is known already."""
    with hot_cursor() as cursor:
        cursor.execute(_REMEMBER, [chat_telegram_id, message_id, author_id, adapt_time(now)])
        return cursor.fetchone() is not None


def forget_group_messages(*, now: datetime) -> int:
    """Deletes what is old or too much, a bounded number at a time."""
    newest = GroupMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    old = GroupMessage.objects.filter(created_at__lt=now - KEPT_FOR).order_by("created_at")
    excess = GroupMessage.objects.filter(pk__lte=newest - KEPT_MAX).order_by("pk")
    deleted = 0
    for rows in (old, excess):
        while ids := list(rows.values_list("pk", flat=True)[:PURGE_SIZE]):
            deleted += GroupMessage.objects.filter(pk__in=ids).delete()[0]
    return deleted
