"""The one rule of every change that adds time: what is left is kept."""

from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, DurationField, F, Q, Value, When
from django.db.models.expressions import Combinable

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
    span = timedelta(days=days)
    # Times are added up for those who are VIP only: on SQLite that is a function in Python.
    return Case(
        When(Q(**{f"{until}__gt": now}), then=F(until) + Value(span, DurationField())),
        default=Value(now + span, DateTimeField()),
        output_field=DateTimeField(),
    )


def stays_bounded(until: str, *, days: int) -> Q:
    """Whether `extended` stays within 2199, without working it out."""
    latest = VIP_UNTIL_MAX - timedelta(days=days)
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__lte": latest})
