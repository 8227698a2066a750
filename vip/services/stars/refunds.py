"""Stars go back to who paid them: the points are taken first, then Telegram is asked.

A refund is a row that a bot process sends (refund_sending.py, botrunner/star_refunds.py).
Every function here locks the payer's wallet first, then the refund.
"""

import logging
from datetime import datetime

from django.db import transaction

from accounts.errors import MemberGone
from accounts.services import SYSTEM, Actor, clean_reason, record
from points.errors import KeyReused
from points.services import Cause, HeldWallet, debit, lock_wallet
from vip.errors import PaymentRefunded, PointsSpent
from vip.models import StarPayment, StarRefund

from .payments import fit_charge_id
from .refund_record import record_refund, tell_member
from .refund_sending import end_refund

logger = logging.getLogger(__name__)

TAKE_KIND = "stars_refund"
WAITING, DONE, REFUSED = StarRefund.State.WAITING, StarRefund.State.DONE, StarRefund.State.REFUSED


@transaction.atomic
def refund_payment(
    *,
    payment_id: int,
    reason: str,
    take_what_is_left: bool,
    actor: Actor,
    key: str,
    now: datetime,
) -> StarRefund:
    """Takes the payment's points back and hands the refund to whoever sends it; once per key.

    With `take_what_is_left` a member who has spent some gives what he has, and the rest is
    written down as a shortfall. Frozen points are taken too.
    Raises PaymentRefunded, PointsSpent, MemberGone, ReasonRequired, KeyReused.
    """
    reason = clean_reason(reason)
    payment, wallet = _lock(payment_id)
    if done := StarRefund.objects.filter(key=key).first():
        if done.payment_id != payment_id:
            raise KeyReused()
        return done
    if _find_standing(payment_id):
        raise PaymentRefunded()
    member = payment.member
    if member.telegram_id is None:
        raise MemberGone()
    missing = max(payment.points - wallet.balance, 0)
    if missing and not take_what_is_left:
        raise PointsSpent(name=member.display_name, points=payment.points, missing=missing)
    refund = StarRefund(
        payment=payment,
        key=key,
        reason=reason,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        actor_origin=actor.origin,
        payer_telegram_id=member.telegram_id,
        begun_at=now,
        due_at=now,
    )
    _take(refund, wallet, now)
    refund.save()
    record_refund("vip.stars.refund", refund, actor=actor, reason=reason)
    return refund


@transaction.atomic
def note_refund(*, charge_id: str, now: datetime) -> StarRefund | None:
    """Telegram says that the Stars of a charge went back: the end of our own refund, or of
    one that was made elsewhere, for which the points are taken as far as they reach.

    None for a charge that was never ours.
    """
    charged = StarPayment.objects.filter(charge_id=fit_charge_id(charge_id))
    known = charged.values_list("pk", flat=True).first()
    if known is None:
        logger.error("Stars were refunded that no known payment brought")
        record("vip.stars.unknown_refund", actor=SYSTEM)
        return None
    payment, wallet = _lock(known)
    refund = _find_standing(payment.pk)
    if refund is None:
        refund = StarRefund(
            payment=payment,
            # After a refused refund of ours there may be one of Telegram's.
            key=f"telegram:{payment.pk}",
            source=StarRefund.Source.TELEGRAM,
            state=DONE,
            actor_label=StarRefund.Source.TELEGRAM.label,
            begun_at=now,
            due_at=now,
            finished_at=now,
        )
        _take(refund, wallet, now)
        refund.save()
        record_refund("vip.stars.refund", refund, actor=SYSTEM)
        tell_member(refund, now)
    elif refund.state == WAITING:
        end_refund(refund, now)
    return refund


def _lock(payment_id: int) -> tuple[StarPayment, HeldWallet]:
    """The payment with its payer as he is once nobody else moves his points."""
    payments = StarPayment.objects.select_related("member")
    wallet = lock_wallet(payments.values_list("member_id", flat=True).get(pk=payment_id))
    return payments.get(pk=payment_id), wallet


def _find_standing(payment_id: int) -> StarRefund | None:
    """The refund that is on its way or done: star_refund_one_of_payment allows one."""
    refunds = StarRefund.objects.select_related("payment").select_for_update(of=("self",))
    return refunds.filter(payment=payment_id).exclude(state=REFUSED).first()


def _take(refund: StarRefund, wallet: HeldWallet, now: datetime) -> None:
    payment = refund.payment
    refund.taken = min(payment.points, wallet.balance)
    refund.shortfall = payment.points - refund.taken
    if not refund.taken:
        return
    cause = Cause(
        kind=TAKE_KIND,
        key=f"stars_refund:{refund.key}",
        now=now,
        actor_user_id=refund.actor_user_id,
        actor_label=refund.actor_label,
        note=str(payment.stars),
        despite_freeze=True,
    )
    refund.entry_id = debit(wallet, refund.taken, cause).entry_id
