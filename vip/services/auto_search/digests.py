"""What auto-search has found, told to the member at most once an hour."""

import json
from datetime import datetime, timedelta

from django.db import transaction

from accounts.services import Priority, queue_each
from project.sql import adapt_time, hot_cursor
from vip.models import AutoSearch

from .claims import claim_lock

# Counted from the first find that is not told yet.
DIGEST_EVERY = timedelta(hours=1)
BATCH = 500

# Index auto_search_digest.
_CLAIM = """
    SELECT a.member_id, a.count, a.found_count, a.found_points, a.found_items, m.notify_points
    FROM vip_autosearch a JOIN accounts_member m ON m.id = a.member_id
    WHERE a.digest_at <= %s ORDER BY a.digest_at LIMIT %s
"""


@transaction.atomic
def tell_finds(*, now: datetime, limit: int = BATCH) -> int:
    """Queues up to `limit` digests that are due; returns how many rows were seen to.

    Who wants no such message gets none, and does not hear of it later either.
    """
    with hot_cursor() as cursor:
        cursor.execute(_CLAIM + claim_lock(), [adapt_time(now), limit])
        due = cursor.fetchall()
    if not due:
        return 0
    queue_each(
        kind="vip.auto_search_found",
        due_at=now,
        priority=Priority.BROADCAST,
        messages={
            # By the number of the last search it tells of: each search is told once.
            f"vip.auto_search_found:{member_id}:{number}": (
                member_id,
                {"count": count, "points": points, "items": json.loads(items)},
            )
            for member_id, number, count, points, items, is_told in due
            if is_told
        },
    )
    AutoSearch.objects.filter(pk__in=[row[0] for row in due]).update(
        found_count=0, found_points=0, found_items={}, digest_at=None
    )
    return len(due)
