"""Messages that leave their chat after a while: noted when they are sent, claimed when due.

Each is claimed for LEASE, deleted (leaver.py) and forgotten: whoever is killed in between
deletes it again after the lease, which Telegram answers with "not found", and that will do.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from botrunner.models import LeavingMessage

LEASE = timedelta(seconds=120)
AT_ONCE = 30


def note(chat_id: int, message_id: int, leave_at: datetime) -> None:
    LeavingMessage.objects.update_or_create(
        chat_id=chat_id, message_id=message_id, defaults={"leave_at": leave_at}
    )


def claim(now: datetime) -> list[LeavingMessage]:
    """Some of those whose time has come; nobody else has them until the lease ends."""
    with transaction.atomic():
        # By the index leaving_due.
        due = LeavingMessage.objects.filter(leave_at__lte=now).order_by("leave_at")
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
        messages = list(due[:AT_ONCE])
        claimed = LeavingMessage.objects.filter(pk__in=[message.pk for message in messages])
        claimed.update(leave_at=now + LEASE)
    return messages


def forget(ids: list[int]) -> None:
    LeavingMessage.objects.filter(pk__in=ids).delete()
