"""What is for sale. Each change of a plan is kept in the audit: prices have a history."""

from django.db import transaction

from accounts.services import Actor, record
from vip.models import Plan

FIELDS = ("code", "days", "price", "is_active")


@transaction.atomic
def save_plan(plan: Plan, *, actor: Actor) -> Plan:
    """Writes a validated plan. Sold ones keep what they were: a grant holds its own price."""
    before = Plan.objects.select_for_update().filter(pk=plan.pk).values(*FIELDS).first()
    after = {name: getattr(plan, name) for name in FIELDS}
    if before == after:
        return plan
    plan.save()
    record(
        "vip.plan.change" if before else "vip.plan.add",
        actor=actor,
        target=plan.code,
        before=before,
        after=after,
    )
    return plan
