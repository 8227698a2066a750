"""Everything that waits in the inbox is handled in ONE transaction, a micro-batch.

The commit, which costs more than a screen, is paid once. On an error all of it is rolled back
and each update is tried alone.
"""

import time
from collections.abc import Collection, Iterable
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from botrunner import apology
from botrunner.faults import log_fault
from botrunner.heartbeat import process_name
from botrunner.inbox import Answer, to_json
from botrunner.models import InboxUpdate
from botrunner.pipeline import handle_update
from botrunner.senders import Senders
from botrunner.updates import is_payment, sender_id_of

# Bounds the transaction: on SQLite every other writer waits for it.
BATCH_SIZE = 100
ATTEMPTS_MAX = 3
RETRY_SECONDS = 0.05

_FINISH = """
UPDATE botrunner_inboxupdate
SET state = %s, calls = %s, handled_at = %s, handled_by = %s, last_error = ''
WHERE update_id = %s
"""


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
            to_json(answer.calls),
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
