"""Messages that no update asked for: written beside the change that caused them."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Member, OutboxMessage
from project.sql import adapt_time, hot_cursor

Priority = OutboxMessage.Priority


# Plain SQL: it stands in the transaction of transfers, which are measured against work by hand.
_QUEUE = """
    INSERT INTO accounts_outboxmessage (key, kind, member_id, params, priority, state, due_at,
        attempts, last_error)
    VALUES (%s, %s, %s, %s, %s, 'waiting', %s, 0, '') ON CONFLICT (key) DO NOTHING
"""


def queue_message(
    *,
    kind: str,
    key: str,
    member_id: int,
    due_at: datetime,
    priority: Priority = Priority.NOTICE,
    **params: Any,
) -> None:
    """Tells a member something once: a second message under the same key is not written.

    Call it inside the transaction of the change. `params` are ids and plain
    figures; botrunner/notices.py makes the text when it is sent. With a `chat_id` among
    them it goes to that group, in the member's language.
    """
    values = [key, kind, member_id, json.dumps(params), int(priority), adapt_time(due_at)]
    with hot_cursor() as cursor:
        cursor.execute(_QUEUE, values)


def claim_messages(
    *, now: datetime, limit: int, lease: timedelta, by: str = ""
) -> list[OutboxMessage]:
    """Takes due messages for one sender, most urgent first, until the lease ends.

    A sender that dies leaves its messages `sending`; release_messages gives them
    back. The index outbox_waiting answers each priority by itself: asked for all at
    once it would walk over everything that is not due yet.
    """
    due = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, due_at__lte=now)
    if not any(due.filter(priority=priority).exists() for priority in OutboxMessage.Priority):
        return []
    claimed: list[OutboxMessage] = []
    with transaction.atomic():
        for priority in OutboxMessage.Priority:
            rows = due.filter(priority=priority).order_by("due_at")
            rows = rows.select_for_update(skip_locked=connection.features.has_select_for_update)
            claimed += rows[: limit - len(claimed)]
            if len(claimed) == limit:
                break
        OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed]).update(
            state=OutboxMessage.State.SENDING, claimed_until=now + lease, claimed_by=by
        )
    members = Member.objects.in_bulk({message.member_id for message in claimed})
    for message in claimed:
        message.member = members[message.member_id]
    return claimed


def release_messages(*, now: datetime, alive: Collection[str] | None = None) -> int:
    """Gives back what a dead sender had claimed: at the end of its lease, or at once where
    `alive` names the senders that live and it is not among them."""
    is_lapsed = Q(claimed_until__lt=now)
    if alive is not None:
        is_lapsed |= ~Q(claimed_by__in=[*alive, ""])
    lapsed = OutboxMessage.objects.filter(is_lapsed, state=OutboxMessage.State.SENDING)
    return lapsed.update(state=OutboxMessage.State.WAITING, claimed_until=None, claimed_by="")


def mark_message_sent(message_id: int, *, now: datetime) -> None:
    _finish(message_id, state=OutboxMessage.State.SENT, sent_at=now)


def drop_message(message_id: int, *, reason: str) -> None:
    """Nothing to tell any more, or nobody to tell it to."""
    _finish(message_id, state=OutboxMessage.State.DROPPED, last_error=reason[:300])


def retry_message(message: OutboxMessage, *, due_at: datetime | None, error: str) -> None:
    """Tries again at `due_at`; None: gives up. `error` names no contents."""
    state = OutboxMessage.State.WAITING if due_at else OutboxMessage.State.FAILED
    _finish(
        message.pk,
        state=state,
        due_at=due_at or message.due_at,
        attempts=message.attempts + 1,
        last_error=error[:300],
    )


def _finish(message_id: int, **values: Any) -> None:
    # Only while it is claimed: after the lease another sender may have finished it.
    OutboxMessage.objects.filter(pk=message_id, state=OutboxMessage.State.SENDING).update(
        claimed_until=None, **values
    )
