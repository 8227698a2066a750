"""Lists of SMS are asked for: each when it is due, by one process, outside any transaction."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from numbers.arrivals import BadBody, SmsArrival
from numbers.models import InboundSms, Lease, Provider, RawEvent
from numbers.providers import polling
from numbers.selectors import get_settings
from project.outbound import FETCH_SECONDS, NoAnswer

from .events import key_of, store_events, try_event
from .health import Trouble, note_failure, note_success

# Whoever claimed it and is killed leaves it to others after this.
CLAIMED_FOR = timedelta(seconds=FETCH_SECONDS + 10)
# While no number is held nobody waits for a code.
REST = timedelta(seconds=60)
WAIT_MAX = timedelta(minutes=5)
# Further ahead than any wait: our clock was set back meanwhile.
DUE_MAX = 2 * WAIT_MAX
# One answer that fails is no alarm.
TOLD_AFTER = 3


@dataclass(frozen=True, slots=True)
class PollResult:
    """What came of one asking: rows, or why there are none."""

    provider: Provider
    asked_at: datetime
    rows: list[Any]
    failure: str = ""


def claim_polls(*, now: datetime) -> list[Provider]:
    """The providers to be asked now: each is claimed by one of all who look."""
    due = Q(poll_due_at=None) | Q(poll_due_at__lte=now) | Q(poll_due_at__gt=now + DUE_MAX)
    # A handful of rows.
    found = Provider.objects.filter(due, kind=Provider.Kind.POLLING, is_active=True)
    providers = list(found.exclude(url="").order_by("pk"))
    if providers and not _is_any_number_held(now):
        providers = [provider for provider in providers if not _may_rest(provider, now)]
    return [provider for provider in providers if _claim(provider, now)]


async def ask_provider(provider: Provider, *, now: datetime) -> PollResult:
    """Over the network; what fails is told in the result."""
    try:
        rows = await polling.ask_for_rows(provider, now=now)
    except (NoAnswer, polling.BadAnswer) as failure:
        return PollResult(provider, now, [], str(failure))
    return PollResult(provider, now, rows)


def take_poll(result: PollResult, *, now: datetime) -> int:
    """Stores what is new, handles it, and says when it is due next; returns how many were new."""
    if result.failure:
        _settle_failure(result, now)
        return 0
    arrivals, unread = _read_rows(result, now)
    bodies = _leave_known(result.provider, arrivals)
    ids = store_events(result.provider, bodies, now=now) if bodies else []
    for event_id in ids:
        try_event(event_id, now=now)
    _settle(result, unread, now)
    return len(ids)


def _is_any_number_held(now: datetime) -> bool:
    """By the partial index lease_unsettled."""
    return Lease.objects.filter(settled_at__isnull=True, expires_at__gt=now).exists()


def _may_rest(provider: Provider, now: datetime) -> bool:
    return provider.polled_at is not None and now - REST < provider.polled_at <= now


def _claim(provider: Provider, now: datetime) -> bool:
    """Only who sees the row as it was moves it on."""
    unchanged = Provider.objects.filter(pk=provider.pk, poll_due_at=provider.poll_due_at)
    return bool(unchanged.update(poll_due_at=now + CLAIMED_FOR, polled_at=now))


def _read_rows(result: PollResult, now: datetime) -> tuple[list[tuple[SmsArrival, Any]], list[str]]:
    """What can be read, oldest first, and what is wrong with the rest."""
    oldest = now - timedelta(days=get_settings().sms_kept_days)
    arrivals, unread = [], []
    for place, row in enumerate(result.rows, start=1):
        try:
            arrival = polling.read_row(result.provider, row, came_at=now)
        except BadBody as error:
            unread.append(f"row {place}: {error}")
            continue
        arrivals.append((arrival, row))
    # Older texts are not kept: nor are they taken up again.
    kept = [each for each in arrivals if each[0].received_at >= oldest]
    return sorted(kept, key=lambda each: each[0].received_at), unread


def _leave_known(provider: Provider, arrivals: list[tuple[SmsArrival, Any]]) -> dict[str, bytes]:
    """The rows that are new here, by their keys: a list shows most of its rows again."""
    by_id = {arrival.message_id: row for arrival, row in arrivals}
    keys = {key_of(message_id.encode()): message_id for message_id in by_id}
    # Indexes event_stored_once and sms_stored_once.
    events = RawEvent.objects.filter(provider=provider, key__in=keys)
    known = {keys[key] for key in events.values_list("key", flat=True)}
    stored = InboundSms.objects.filter(provider=provider, provider_message_id__in=by_id)
    known.update(stored.values_list("provider_message_id", flat=True))
    return {
        key: polling.write_row(by_id[message_id])
        for key, message_id in keys.items()
        if message_id not in known
    }


@transaction.atomic
def _settle(result: PollResult, unread: list[str], now: datetime) -> None:
    provider = result.provider
    total = len(result.rows)
    note = f"{total} {'row' if total == 1 else 'rows'}"
    if unread:
        note += f", {len(unread)} not readable ({unread[0]})"
    is_lost = bool(unread) and len(unread) == total
    _move_on(
        provider,
        due_at=max(now, result.asked_at + timedelta(seconds=provider.poll_seconds)),
        poll_failures=0,
        poll_note=note[:200],
    )
    if is_lost:
        note_failure(provider, Trouble.BODY, f"no row could be read; {unread[0]}", now=now)
    else:
        note_success(provider, now, over=(Trouble.CONNECTION, Trouble.BODY))


@transaction.atomic
def _settle_failure(result: PollResult, now: datetime) -> None:
    """The next asking waits twice as long as the one before, up to a bound."""
    provider = result.provider
    failures = provider.poll_failures + 1
    wait = min(timedelta(seconds=provider.poll_seconds) * 2 ** min(failures, 16), WAIT_MAX)
    # Not all at once when what they have in common comes back.
    spread = random.uniform(0.8, 1.2)  # noqa: S311  no secret
    _move_on(
        provider, due_at=now + wait * spread, poll_failures=failures, poll_note=result.failure[:200]
    )
    note_failure(
        provider,
        Trouble.CONNECTION,
        f"it does not answer as it should: {result.failure}",
        now=now,
        is_alarming=failures >= TOLD_AFTER,
    )


def _move_on(provider: Provider, *, due_at: datetime, **fields: Any) -> None:
    """Not where staff changed it meanwhile: then it is due at once."""
    claimed = Provider.objects.filter(pk=provider.pk, poll_due_at__isnull=False)
    claimed.update(poll_due_at=due_at, **fields)
