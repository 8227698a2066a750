"""Who is told of a refund: the audit, and the member."""

from datetime import datetime

from accounts.selectors import get_member
from accounts.services import Actor, queue_message, record
from vip.models import StarRefund


def record_refund(action: str, refund: StarRefund, *, actor: Actor, reason: str = "") -> None:
    record(
        action,
        actor=actor,
        member=get_member(refund.payment.member_id),
        target=f"payment {refund.payment_id}",
        reason=reason,
        refund=refund.pk,
        stars=refund.payment.stars,
        taken=refund.taken,
        shortfall=refund.shortfall,
    )


def tell_member(refund: StarRefund, now: datetime) -> None:
    queue_message(
        kind="vip.stars_refunded",
        key=f"vip.stars_refunded:{refund.pk}",
        member_id=refund.payment.member_id,
        due_at=now,
        refund=refund.pk,
    )
