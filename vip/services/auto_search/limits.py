"""The notice that the limit of 24 hours is used up."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.services import queue_each

# A shorter pause is not worth a message: each search of yesterday frees one of today.
PAUSE_TOLD = timedelta(hours=1)


def tell_of_limit(limited: Mapping[int, tuple[int, datetime]], now: datetime) -> None:
    """Queues the notice for members, by limit and when the next search opens, once a day (UTC)."""
    messages = {
        f"vip.auto_search_limit:{member_id}:{now:%Y-%m-%d}": (
            member_id,
            {"limit": limit, "opens_at": opens_at.isoformat()},
        )
        for member_id, (limit, opens_at) in sorted(limited.items())
        if opens_at - now >= PAUSE_TOLD
    }
    if messages:
        queue_each(kind="vip.auto_search_limit", due_at=now, messages=messages)
