"""One message to very many members, written by one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, JSONField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Member, OutboxMessage
from project.sql import insert_from


def queue_messages_for(
    rows: QuerySet[Any],
    *,
    kind: str,
    key_prefix: str,
    due_at: datetime,
    is_broadcast: bool = False,
    **params: Any,
) -> int:
    """The same message to the members of a query, of rows that have `member`, loading none.

    The key of each is `key_prefix` and the member's number; who cannot be reached gets none.
    """
    priorities = OutboxMessage.Priority
    messages = rows.filter(
        member__reachability=Member.Reachability.REACHABLE, member__anonymised_at=None
    ).annotate(
        kind=Value(kind),
        key=Concat(Value(key_prefix), Cast("member_id", CharField())),
        params=Value(params, JSONField()),
        priority=Value(priorities.BROADCAST if is_broadcast else priorities.NOTICE),
        state=Value(OutboxMessage.State.WAITING.value),
        due_at=Value(due_at, DateTimeField()),
        attempts=Value(0),
        last_error=Value(""),
    )
    columns = ["member_id", "kind", "key", "params", "priority", "state", "due_at"]
    return insert_from(OutboxMessage, messages, [*columns, "attempts", "last_error"])


def queue_each(
    *,
    kind: str,
    due_at: datetime,
    messages: Mapping[str, tuple[int, dict[str, Any]]],
    priority: OutboxMessage.Priority = OutboxMessage.Priority.NOTICE,
) -> int:
    """A batch of messages by their keys, each to its own member with its own params.

    Keys that were used before are left out; returns how many were written.
    """
    known = OutboxMessage.objects.filter(key__in=list(messages)).values_list("key", flat=True)
    new = messages.keys() - set(known)
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                kind=kind,
                key=key,
                member_id=messages[key][0],
                params=messages[key][1],
                priority=priority,
                due_at=due_at,
            )
            for key in sorted(new)
        ],
        ignore_conflicts=True,
    )
    return len(new)
