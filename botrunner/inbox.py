"""The inbox: updates are stored before Telegram is told, handled once, answered at least once.

Synchronous; microbatch.py handles what is stored here, dispatcher.py brings the threads.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import DataError, connection, transaction
from django.db.models import Case, Value, When

from botrunner.calls import Call
from botrunner.faults import log_fault
from botrunner.models import InboxUpdate
from botrunner.updates import chat_id_of

# Payloads hold what people wrote: kept as long as a fault takes to be noticed.
KEPT_FOR = timedelta(days=7)
PURGE_SIZE = 5_000
# More than one process can leave behind: see ANSWERS_MAX of the dispatcher.
UNANSWERED_MAX = 2_000

# An escaped NUL, which PostgreSQL's jsonb refuses; an even number of backslashes before it.
_ESCAPED_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
# Not a database that is away or busy: OperationalError means "later".
UNSTORABLE = (DataError, OverflowError, TypeError, ValueError, LookupError, AttributeError)
_STORE = """
INSERT INTO botrunner_inboxupdate
    (update_id, chat_id, payload, state, calls, attempts, last_error)
VALUES {rows} ON CONFLICT (update_id) DO NOTHING RETURNING update_id
"""
_ANSWER = ("update_id", "chat_id", "calls")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent for one handled update."""

    update_id: int
    chat_id: int
    calls: list[Call]


def store(updates: list[dict[str, Any]]) -> set[int]:
    """Writes what is new, in one statement, and returns its ids; the others are repeats.

    An update that no database can hold is left out: it would come again for ever,
    and keep all later ones from coming.
    """
    try:
        return _insert(updates)
    except UNSTORABLE as error:
        log_fault("a batch is stored one by one", error)
    return {update_id for update in updates for update_id in _insert_alone(update)}


def list_unfinished_chats() -> list[int]:
    """Chats with waiting updates; the partial index inbox_waiting holds nothing else."""
    waiting = InboxUpdate.objects.filter(state=InboxUpdate.State.WAITING)
    return list(waiting.order_by("chat_id").values_list("chat_id", flat=True).distinct())


@transaction.atomic
def take_unanswered(*, by: str, others: Collection[str], own_before: datetime) -> list[Answer]:
    """Handled, but not marked as answered: their process ended, or Telegram was away.

    Not those of processes that live (`others`), who send them themselves; of one's own those
    that were handled before that time. What is taken is one's own from then on, so of several
    who look at once one sends it. By the index inbox_handled.
    """
    rows = InboxUpdate.objects.filter(state=InboxUpdate.State.HANDLED)
    rows = rows.exclude(handled_by__in=others).exclude(handled_by=by, handled_at__gte=own_before)
    rows = rows.select_for_update(skip_locked=connection.features.has_select_for_update)
    found = list(rows.order_by("update_id").values_list(*_ANSWER)[:UNANSWERED_MAX])
    InboxUpdate.objects.filter(pk__in=[row[0] for row in found]).update(handled_by=by)
    return [Answer(*row) for row in found]


def list_answers(update_ids: Collection[int]) -> list[Answer]:
    """The recorded answers of updates that came again. What is not answered yet will be."""
    rows = InboxUpdate.objects.filter(update_id__in=update_ids).exclude(
        state__in=(InboxUpdate.State.WAITING, InboxUpdate.State.HANDLED)
    )
    return [Answer(*row) for row in rows.order_by("update_id").values_list(*_ANSWER)]


def mark_answered(update_ids: Collection[int]) -> None:
    """An update whose handling failed was answered with an apology: it becomes `failed`."""
    InboxUpdate.objects.filter(update_id__in=update_ids, state=InboxUpdate.State.HANDLED).update(
        state=Case(
            When(last_error="", then=Value(InboxUpdate.State.ANSWERED)),
            default=Value(InboxUpdate.State.FAILED),
        )
    )


def purge(now: datetime) -> int:
    """Deletes updates that were finished long ago, a bounded number at a time."""
    old = InboxUpdate.objects.filter(received_at__lt=now - KEPT_FOR).exclude(
        state=InboxUpdate.State.WAITING
    )
    deleted = 0
    # By inbox_age, oldest first.
    while ids := list(old.order_by("received_at").values_list("pk", flat=True)[:PURGE_SIZE]):
        deleted += InboxUpdate.objects.filter(pk__in=ids).delete()[0]
    return deleted


def _insert(updates: list[dict[str, Any]]) -> set[int]:
    if not updates:
        return set()
    values: list[int | str] = []
    for update in updates:
        values += (update["update_id"], chat_id_of(update), to_json(update))
    rows = ", ".join(["(%s, %s, %s, 'waiting', '[]', 0, '')"] * len(updates))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STORE.format(rows=rows), values)
        return {row[0] for row in cursor.fetchall()}


def _insert_alone(update: dict[str, Any]) -> set[int]:
    try:
        return _insert([update])
    except UNSTORABLE as error:
        log_fault(f"update {update.get('update_id')} cannot be stored", error)
        return set()


def to_json(value: Any) -> str:
    """As PostgreSQL's jsonb takes it: without the character NUL."""
    data = orjson.dumps(value, default=str)
    if b"\\u0000" in data:
        data = _ESCAPED_NUL.sub(rb"\1", data)
    return data.decode()
