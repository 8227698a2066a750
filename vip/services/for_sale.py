"""What is for sale. Each change is kept in the audit: prices have a history."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from accounts.services import Actor, record
from vip.models import Plan, StarPack

PLAN_FIELDS = ("code", "days", "price", "is_active")
PACK_FIELDS = ("points", "stars", "position", "is_active")
Row = TypeVar("Row", bound=Model)


def save_plan(plan: Plan, *, actor: Actor) -> Plan:
    """Writes a validated plan. Sold ones keep what they were: a grant holds its own price."""
    return _save(plan, PLAN_FIELDS, ("vip.plan.add", "vip.plan.change"), lambda: plan.code, actor)


def save_star_pack(pack: StarPack, *, actor: Actor) -> StarPack:
    """Writes a validated pack. Sold ones keep what they were: a payment holds its own terms."""
    return _save(
        pack,
        PACK_FIELDS,
        ("vip.star_pack.add", "vip.star_pack.change"),
        lambda: f"pack {pack.pk}",
        actor,
    )


@transaction.atomic
def _save(
    row: Row, fields: Sequence[str], actions: tuple[str, str], name: Callable[[], str], actor: Actor
) -> Row:
    stored = type(row)._default_manager.select_for_update().filter(pk=row.pk)
    before = stored.values(*fields).first()
    after = {field: getattr(row, field) for field in fields}
    if before == after:
        return row
    row.save()
    added, changed = actions
    action = changed if before else added
    record(action, actor=actor, target=name(), before=before, after=after)
    return row
