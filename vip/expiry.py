"""The one rule of every change that adds time: what is left is kept."""

from datetime import datetime, timedelta

from vip.errors import VipTooLong
from vip.models import VIP_UNTIL_MAX


def extend(until: datetime | None, *, days: int, now: datetime) -> datetime:
    """The new expiry: from now, or from the present expiry while it lies ahead."""
    base = max(now, until) if until else now
    span = timedelta(days=days)
    if base > VIP_UNTIL_MAX - span:
        raise VipTooLong(until=VIP_UNTIL_MAX)
    return base + span
