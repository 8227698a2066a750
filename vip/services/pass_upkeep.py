"""What is left of passes that were not used: their counts."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from vip.models import Pass, PassDay

# So long an expired pass is still told from one that never was.
KEPT_FOR = timedelta(days=1)
BATCH = 1_000


def drop_expired_passes(now: datetime) -> int:
    """Deletes passes that ended a day ago unused, a bounded number at a time."""
    dropped = 0
    while batch := _drop_batch(now - KEPT_FOR):
        dropped += batch
    return dropped


def drop_unused_passes(member_id: int) -> None:
    """All that the member has not used: nobody is to come back with them."""
    # Index pass_of_member.
    passes = Pass.objects.select_for_update().filter(member=member_id, granted_at=None)
    _drop(passes)


@transaction.atomic
def _drop_batch(before: datetime) -> int:
    # Index pass_unused, oldest first. One that is being used at this moment is left alone.
    rows = Pass.objects.filter(granted_at=None, expires_at__lt=before).order_by("expires_at")
    is_skipping = connection.features.has_select_for_update_skip_locked
    return _drop(rows.select_for_update(skip_locked=is_skipping)[:BATCH])


def _drop(passes: Iterable[Pass]) -> int:
    rows = list(passes)
    offered = Counter(row.offered_at.astimezone(UTC).date() for row in rows)
    opened = Counter(row.opened_at.astimezone(UTC).date() for row in rows if row.opened_at)
    # In the order of the days: two at the same time wait for each other, and not in a circle.
    for day in sorted(offered.keys() | opened.keys()):
        PassDay.objects.bulk_create([PassDay(day=day)], ignore_conflicts=True)
        counts = {"offered": F("offered") + offered[day], "opened": F("opened") + opened[day]}
        PassDay.objects.filter(pk=day).update(**counts)
    Pass.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
