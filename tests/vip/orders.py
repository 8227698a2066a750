"""Orders for more members than one transaction holds, as the tests give them."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.models import Member
from accounts.services import COMMAND
from vip.audience import Kind
from vip.models import Grant, GrantOrder
from vip.services import Audience, continue_order, grant_vip

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
EVERYONE = Audience(Kind.ALL)


def begin(*, audience=EVERYONE, days=7, actor=COMMAND, key="act:1") -> GrantOrder:
    return grant_vip(audience=audience, days=days, reason="Birthday", actor=actor, key=key, now=NOW)


def step(order, now=NOW + SECOND) -> GrantOrder:
    return continue_order(order_id=order.pk, now=now)


def finish(order, now=NOW + SECOND) -> GrantOrder:
    while (order := step(order, now)).is_running:
        pass
    return order


def days_given(members) -> list[int]:
    """The days of each member's grants, one after the other."""
    rows = Grant.objects.filter(membership__in=[member.pk for member in members])
    return list(rows.order_by("membership", "pk").values_list("days", flat=True))


def poison(member: Member) -> None:
    """From now on the database refuses every grant to this member."""
    meets = f"NEW.membership_id = {member.pk}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER poison BEFORE INSERT ON vip_grant WHEN {meets}"
                " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
            )
            return
        cursor.execute(
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE integrity_constraint_violation; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER poison BEFORE INSERT ON vip_grant FOR EACH ROW WHEN ({meets})"
            " EXECUTE FUNCTION poison()"
        )


def cure() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER poison" + ("" if connection.vendor == "sqlite" else " ON vip_grant")
        )
