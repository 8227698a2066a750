"""What the tests of gifts share."""

from datetime import UTC, datetime

from accounts.models import Member, OutboxMessage
from points.models import Entry, Wallet
from vip.models import Grant, Membership, Plan
from vip.services import Receipt, give_plan

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def give(
    giver: Member,
    receiver: Member,
    plan: Plan | None = None,
    *,
    key: str = "op:1",
    price: int | None = None,
) -> Receipt:
    plan = plan or Plan.objects.get(code="1d")
    return give_plan(
        giver_id=giver.pk,
        receiver_id=receiver.pk,
        plan_id=plan.pk,
        quoted_price=plan.price if price is None else price,
        key=key,
        now=NOON,
    )


def state() -> list[object]:
    """All that a gift may change."""
    models = (Wallet, Entry, Membership, Grant, OutboxMessage)
    return [list(model.objects.order_by("pk").values()) for model in models]
