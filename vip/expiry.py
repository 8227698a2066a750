"""The one rule of every change that adds time: what is left is kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, DateTimeField, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from vip.errors import VipTooLong
from vip.models import VIP_UNTIL_MAX


def extend(until: datetime | None, *, days: int, now: datetime) -> datetime:
    """The new expiry: from now, or from the present expiry while it lies ahead."""
    base = max(now, until) if until else now
    span = timedelta(days=days)
    if base > VIP_UNTIL_MAX - span:
        raise VipTooLong(until=VIP_UNTIL_MAX)
    return base + span


class _DaysLater(Func):
    """A time some days later, worked out by the database itself."""

    output_field = DateTimeField()
    arg_joiner = " + "
    template = "(%(expressions)s * interval '1 day')"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Django would call Python for each row. The fraction of the second is kept as it is:
        SQLite's own functions round it."""
        column, days = self.get_source_expressions()
        until, params = compiler.compile(column)
        later = f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', {until}, %s) || substr({until}, 20)"
        return f"({later})", (*params, f"+{days.value} days", *params)


def extended(until: str, *, days: int, now: datetime) -> Combinable:
    """The same rule as an expression of the database, over the column `until`."""
    return Case(
        When(Q(**{f"{until}__gt": now}), then=_DaysLater(F(until), Value(days, IntegerField()))),
        default=Value(now + timedelta(days=days), DateTimeField()),
        output_field=DateTimeField(),
    )


def stays_bounded(until: str, *, days: int) -> Q:
    """Whether `extended` stays within 2199, without working it out."""
    latest = VIP_UNTIL_MAX - timedelta(days=days)
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__lte": latest})
