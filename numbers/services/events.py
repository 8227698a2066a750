"""What providers deliver is kept as it came, and handled once, however often that takes."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import DatabaseError, connection, transaction

from accounts.services import Actor, record
from numbers.arrivals import BadBody, SmsArrival
from numbers.models import Provider, RawEvent
from numbers.providers import generic, polling, twilio

from .health import Trouble, note_failure
from .sms import receive_sms

logger = logging.getLogger(__name__)

State = RawEvent.State
# From one attempt to the next; after the last it is given up. Whoever stores it makes the first.
PAUSES = tuple(timedelta(seconds=each) for each in (15, 60, 300, 1_200, 3_600, 14_400, 43_200))
# One fault may be of the moment: of the second in a row staff hear.
TOLD_AFTER = 2
STOPPED = "it stopped on the way"


def key_of(text: bytes) -> str:
    return sha256(text).hexdigest()


@transaction.atomic(durable=True)
def store_events(provider: Provider, bodies: dict[str, bytes], *, now: datetime) -> list[int]:
    """Bodies by their keys; returns their ids, also of what was stored before. Committed then."""
    RawEvent.objects.bulk_create(
        [
            RawEvent(provider=provider, key=key, body=body, came_at=now, due_at=now + PAUSES[0])
            for key, body in bodies.items()
        ],
        ignore_conflicts=True,
    )
    stored = RawEvent.objects.filter(provider=provider, key__in=bodies).order_by("pk")
    return list(stored.values_list("pk", flat=True))


def try_event(event_id: int, *, now: datetime) -> RawEvent | None:
    """Handles it unless it is over; None when that failed: then the sweep tries again.

    Never raises: whoever delivered it is answered that it is stored.
    """
    try:
        return handle_event(event_id=event_id, now=now)
    except Exception as error:  # noqa: BLE001  whatever it is, it is counted and told
        # Its words may quote the message: the kind is enough to go by.
        fault = type(error).__name__
        logger.error("Delivery %s could not be handled: %s", event_id, fault)
        with suppress(DatabaseError):
            _note_fault(event_id, fault, now)
        return None


@transaction.atomic
def handle_event(*, event_id: int, now: datetime) -> RawEvent:
    """Reads it and receives its message; does nothing when that is over."""
    rows = RawEvent.objects.select_for_update(of=("self",)).select_related("provider")
    event = rows.get(pk=event_id)
    if event.state != State.WAITING:
        return event
    try:
        arrival = read_arrival(event)
    except BadBody as error:
        _finish(event, State.UNREADABLE, str(error))
        note_failure(event.provider, Trouble.BODY, f"a message could not be read: {error}", now=now)
        return event
    sms = receive_sms(event.provider, arrival, now=now, came_at=event.came_at)
    # What was stored before needs no second copy, and who was deleted leaves none.
    if sms is None or sms.purged_at:
        event.body, event.purged_at = b"", now
    event.sms = sms
    _finish(event, State.DONE, "")
    if sms is not None:
        logger.info("SMS %s stored, lease %s", sms.pk, sms.lease_id)
    return event


def handle_due_events(*, now: datetime, limit: int) -> int:
    """Goes on with what a fault or a killed process has left; returns how many were due."""
    # Index event_due.
    if not RawEvent.objects.filter(due_at__lte=now).exists():
        return 0
    claimed = _claim(now, limit)
    for event_id in claimed:
        try_event(event_id, now=now)
    return len(claimed)


@transaction.atomic
def retry_event(*, event_id: int, actor: Actor, now: datetime) -> None:
    """Staff have what could not be handled tried once more, from the first attempt on."""
    event = RawEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
    if not event.may_be_retried:
        return
    event.state, event.attempts, event.due_at = State.WAITING, 0, now
    event.save(update_fields=["state", "attempts", "due_at"])
    record("numbers.event.retry", actor=actor, target=event)


def read_arrival(event: RawEvent) -> SmsArrival:
    """Raises BadBody."""
    body = bytes(event.body)
    if event.provider.kind == Provider.Kind.POLLING:
        return polling.read_arrival(event.provider, body, came_at=event.came_at)
    if event.provider.kind == Provider.Kind.TWILIO:
        return twilio.read_arrival(twilio.read_fields(body), received_at=event.came_at)
    return generic.read_arrival(body)


@transaction.atomic
def _claim(now: datetime, limit: int) -> list[int]:
    """Each attempt is counted before it is made: one that kills its process is one too."""
    is_skipping = connection.features.has_select_for_update_skip_locked
    due = RawEvent.objects.filter(due_at__lte=now).order_by("due_at").select_related("provider")
    events = list(due.select_for_update(of=("self",), skip_locked=is_skipping)[:limit])
    claimed = []
    for event in events:
        if event.attempts > len(PAUSES):
            _give_up(event, event.reason or STOPPED, now)
            continue
        event.due_at = now + PAUSES[min(event.attempts, len(PAUSES) - 1)]
        event.attempts += 1
        event.save(update_fields=["due_at", "attempts"])
        claimed.append(event.pk)
    return claimed


@transaction.atomic
def _note_fault(event_id: int, fault: str, now: datetime) -> None:
    rows = RawEvent.objects.select_for_update(of=("self",)).select_related("provider")
    event = rows.filter(pk=event_id, state=State.WAITING).first()
    if event is None:
        return
    if event.attempts > len(PAUSES):
        _give_up(event, fault, now)
        return
    event.reason = fault[:100]
    event.save(update_fields=["reason"])
    if event.attempts >= TOLD_AFTER:
        _tell(event, fault, "is tried again", now)


def _give_up(event: RawEvent, fault: str, now: datetime) -> None:
    _finish(event, State.GIVEN_UP, fault)
    _tell(event, fault, "was given up", now)


def _tell(event: RawEvent, fault: str, outcome: str, now: datetime) -> None:
    words = f"a delivery that is stored could not be handled ({fault}) and {outcome}"
    note_failure(event.provider, Trouble.HANDLING, words, now=now)


def _finish(event: RawEvent, state: RawEvent.State, reason: str) -> None:
    event.state, event.reason, event.due_at = state, reason[:100], None
    event.save(update_fields=["state", "reason", "due_at", "sms", "body", "purged_at"])
