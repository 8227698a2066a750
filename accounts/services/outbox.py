"""Messages that no update asked for: written beside the change that caused them."""

from datetime import datetime
from typing import Any

from accounts.models import OutboxMessage


def queue_message(
    *,
    kind: str,
    key: str,
    member_id: int,
    due_at: datetime,
    priority: OutboxMessage.Priority = OutboxMessage.Priority.NOTICE,
    **params: Any,
) -> None:
    """Tells a member something once: a second message under the same key is not written.

    Call it inside the transaction of the change. `params` are ids and plain
    figures; botrunner/notices.py makes the text when it is sent.
    """
    message = OutboxMessage(
        kind=kind,
        key=key,
        member_id=member_id,
        params=params,
        priority=priority,
        due_at=due_at,
    )
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
