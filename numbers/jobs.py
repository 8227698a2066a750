"""What follows from the time alone, and work too long for a request. Each may run twice."""

import logging
from datetime import datetime

from django.utils import timezone

from numbers.importing.drafts import remove_old_drafts
from numbers.models import Lease
from numbers.services import (
    begin_attempt,
    claim_quiet_jobs,
    end_attempt,
    fold_counts,
    forget_late_waits,
    free_rested,
    handle_due_events,
    list_queued_pools,
    purge_events,
    purge_texts,
    serve_queue,
    settle_expired,
    take_step,
    verify_stock,
    wake_batch_worker,
)
from project.long_jobs import take_turn

logger = logging.getLogger(__name__)

CHUNK = 500


def end_expired_leases(now: datetime | None = None) -> int:
    """Ends, refunds and tells, each lease in a transaction of its own; returns how many.

    By the partial index lease_unsettled.
    """
    now = now or timezone.now()
    overdue = Lease.objects.filter(settled_at__isnull=True, expires_at__lte=now)
    total = 0
    while True:
        chunk = list(overdue.order_by("expires_at").values_list("pk", "member_id")[:CHUNK])
        done = sum(settle_expired(lease_id=pk, member_id=owner, now=now) for pk, owner in chunk)
        total += done
        # Nothing done means that another run is at the same ones.
        if not done or len(chunk) < CHUNK:
            return total


def free_rested_numbers(now: datetime | None = None) -> int:
    """Puts numbers whose quarantine is over back into the draw; returns how many."""
    now = now or timezone.now()
    total = 0
    while freed := free_rested(now, limit=CHUNK):
        total += freed
    return total


def serve_queues(now: datetime | None = None) -> int:
    """Tells those who wait for a number that one is free; returns how many."""
    now = now or timezone.now()
    forget_late_waits(now)
    return sum(serve_queue(pool_id=pool_id, now=now) for pool_id in list_queued_pools())


def clear_drafts() -> int:
    """Removes uploads that were looked at and never confirmed."""
    return remove_old_drafts()


def purge_sms(now: datetime | None = None) -> int:
    """Deletes texts, codes and deliveries that are past their time; returns how many texts."""
    now = now or timezone.now()
    total = 0
    while purged := purge_texts(now):
        total += purged
    while purge_events(now):
        pass
    return total


def handle_deliveries() -> int:
    """What a fault or a killed process left, where no bot does it; returns how many were due."""
    return handle_due_events(now=timezone.now(), limit=CHUNK)


def fold_number_counts() -> None:
    """What the database counted row by row becomes a row for each count again."""
    while fold_counts():
        pass


def check_stock() -> None:
    """Tells of counts that are not true, and leaves them: `verify_stock --rebuild` mends."""
    if faults := verify_stock():
        logger.error("%s counts of numbers are not what was counted: %s", len(faults), faults[:5])


def work_on_batch(job_id: int) -> None:
    """Goes on with a job step by step; what is left after a turn is queued again."""
    is_left = take_turn(
        lambda now: begin_attempt(job_id=job_id, now=now),
        lambda now: take_step(job_id, now),
        lambda fault, now: end_attempt(job_id=job_id, fault=fault, now=now),
    )
    if is_left:
        wake_batch_worker(job_id)


def wake_quiet_batches(now: datetime | None = None) -> int:
    """Jobs whose worker died, or that Redis forgot, go on from where they are."""
    quiet = claim_quiet_jobs(now or timezone.now())
    for job_id in quiet:
        wake_batch_worker(job_id)
    return len(quiet)
