"""The inbox: updates are stored before Telegram is told, handled once, answered at least once.

Everything that waits is handled in ONE transaction, a micro-batch: the commit,
which costs more than a screen, is paid once. On an error all of it is rolled
back and each update is tried alone. Synchronous; dispatcher.py brings the threads.
"""

import re
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import Case, Value, When
from django.utils import timezone

from botrunner import apology
from botrunner.calls import Call
from botrunner.faults import log_fault
from botrunner.heartbeat import process_name
from botrunner.models import InboxUpdate
from botrunner.pipeline import handle_update
from botrunner.senders import Senders
from botrunner.updates import chat_id_of, is_payment, sender_id_of

# Bounds the transaction: on SQLite every other writer waits for it.
BATCH_SIZE = 100
ATTEMPTS_MAX = 3
RETRY_SECONDS = 0.05
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
_FINISH = """
UPDATE botrunner_inboxupdate
SET state = %s, calls = %s, handled_at = %s, handled_by = %s, last_error = ''
WHERE update_id = %s
"""


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


def handle_waiting(chat_ids: Collection[int]) -> tuple[list[Answer], bool]:
    """Handles up to BATCH_SIZE waiting updates of these chats; says whether more may wait.

    Several processes may call it for the same chat: the row locks, taken in
    update order, let one of them handle all that waits there. Raises
    OperationalError or InterfaceError when the database is away.
    """
    try:
        return _handle_together(chat_ids)
    except Exception as error:  # noqa: BLE001  any fault of one update must not cost the others
        log_fault("a batch is handled one by one", error)
    update_ids = _list_waiting(chat_ids)
    answers = [_handle_alone(update_id) for update_id in update_ids]
    return [answer for answer in answers if answer], len(update_ids) == BATCH_SIZE


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


_ANSWER = ("update_id", "chat_id", "calls")


def _insert(updates: list[dict[str, Any]]) -> set[int]:
    if not updates:
        return set()
    values: list[int | str] = []
    for update in updates:
        values += (update["update_id"], chat_id_of(update), _to_json(update))
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


def _handle_together(chat_ids: Collection[int]) -> tuple[list[Answer], bool]:
    with transaction.atomic():
        found = _waiting(chat_ids).select_for_update()
        rows = list(found.values_list("update_id", "chat_id", "payload")[:BATCH_SIZE])
        senders = Senders([sender_id_of(payload) for _, _, payload in rows])
        with connection.execute_wrapper(senders.watch):
            answers = [
                _handle(update_id, chat_id, payload, senders)
                for update_id, chat_id, payload in rows
            ]
        _finish(answers)
    return answers, len(answers) == BATCH_SIZE


def _handle_alone(update_id: int) -> Answer | None:
    error: Exception | None = None
    for attempt in range(ATTEMPTS_MAX):
        try:
            with transaction.atomic():
                row = _lock(update_id)
                if row is None:
                    return None
                answer = _handle(row.update_id, row.chat_id, row.payload)
                _finish([answer])
                return answer
        except (OperationalError, InterfaceError, IntegrityError) as passing:
            # A deadlock, a lock that took too long, a lost connection, a name that somebody
            # else took at this moment: worth another try.
            error = passing
            time.sleep(RETRY_SECONDS * (attempt + 1))
        except Exception as bug:  # noqa: BLE001  ours, or an update nobody foresaw
            error = bug
            break
    assert error is not None
    if _is_away(error):
        raise error
    log_fault(f"update {update_id} failed", error)
    return _give_up(update_id, error)


def _is_away(error: Exception) -> bool:
    """The database was shut down or cannot be reached: no fault of the update, which waits."""
    cause = error.__cause__
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if cause is None or not hasattr(cause, "sqlstate"):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(("08", "57P"))


def _give_up(update_id: int, error: Exception) -> Answer | None:
    """Records the failure with an apology as its answer. Raises when the database is away."""
    with transaction.atomic():
        row = _lock(update_id)
        if row is None:
            return None
        if is_payment(row.payload):
            # Stars were paid: it waits, and the sweep tries again until they are credited.
            row.attempts += 1
            row.last_error = type(error).__name__
            row.save()
            return None
        row.calls = apology.build(row.payload)
        row.state = InboxUpdate.State.HANDLED if row.calls else InboxUpdate.State.FAILED
        row.attempts += 1
        # Its message may hold what people wrote: the class alone is kept.
        row.last_error = type(error).__name__
        row.handled_at, row.handled_by = timezone.now(), process_name("bot")
        row.save()
    return Answer(row.update_id, row.chat_id, row.calls)


def _handle(
    update_id: int, chat_id: int, payload: dict[str, Any], senders: Senders | None = None
) -> Answer:
    return Answer(update_id, chat_id, handle_update(payload, timezone.now(), senders))


def _finish(answers: Iterable[Answer]) -> None:
    now = timezone.now()
    adapt, name = connection.ops.adapt_datetimefield_value, process_name("bot")
    rows = [
        (
            InboxUpdate.State.HANDLED if answer.calls else InboxUpdate.State.ANSWERED,
            _to_json(answer.calls),
            adapt(now),
            name,
            answer.update_id,
        )
        for answer in answers
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_FINISH, rows)


def _waiting(chat_ids: Collection[int]) -> Any:
    return InboxUpdate.objects.filter(
        state=InboxUpdate.State.WAITING, chat_id__in=chat_ids
    ).order_by("update_id")


def _list_waiting(chat_ids: Collection[int]) -> list[int]:
    return list(_waiting(chat_ids).values_list("update_id", flat=True)[:BATCH_SIZE])


def _lock(update_id: int) -> InboxUpdate | None:
    rows = InboxUpdate.objects.select_for_update()
    return rows.filter(pk=update_id, state=InboxUpdate.State.WAITING).first()


def _to_json(value: Any) -> str:
    data = orjson.dumps(value, default=str)
    if b"\\u0000" in data:
        data = _ESCAPED_NUL.sub(rb"\1", data)
    return data.decode()
