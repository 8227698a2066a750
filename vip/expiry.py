"""The one rule of every change that adds time: what is left is kept."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, DurationField, F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from vip.errors import VipTooLong
from vip.models import VIP_UNTIL_MAX


def extend(until: datetime | None, *, days: int, now: datetime) -> datetime:
    """The new expiry: from now, or from the present expiry while it lies ahead."""
    base = max(now, until) if until else now
    span = timedelta(days=days)
    if base > VIP_UNTIL_MAX - span:
        raise VipTooLong(until=VIP_UNTIL_MAX)
    return base + span


def extended(until: str, *, days: int, now: datetime) -> Combinable:
    """The same rule as an expression of the database, over the column `until`."""
    start = Value(now, DateTimeField())
    return Greatest(Coalesce(F(until), start), start) + Value(timedelta(days=days), DurationField())
