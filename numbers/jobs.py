"""What follows from the time alone. Idempotent; nothing depends on these having run."""

import logging
from datetime import datetime

from django.utils import timezone

from numbers.importing.drafts import remove_old_drafts
from numbers.models import Lease
from numbers.services import fold_counts, free_rested, settle_expired, verify_stock

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


def clear_drafts() -> int:
    """Removes uploads that were looked at and never confirmed."""
    return remove_old_drafts()


def fold_number_counts() -> None:
    """What the database counted row by row becomes a row for each count again."""
    while fold_counts():
        pass


def check_stock() -> None:
    """Tells of counts that are not true, and leaves them: `verify_stock --rebuild` mends."""
    if faults := verify_stock():
        logger.error("%s counts of numbers are not what was counted: %s", len(faults), faults[:5])
