"""Stars go back to who paid them: the points are taken first, then Telegram is asked.

A refund is a row that a bot process claims, sends, and finishes (botrunner/star_refunds.py):
nothing is lost when one dies, and Telegram gives the Stars of a charge back once only.
Every function here locks the payer's wallet first, then the refund.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.errors import MemberGone
from accounts.selectors import find_staff_member, get_member
from accounts.services import (
    SYSTEM,
    Actor,
    clean_reason,
    queue_message,
    record,
    remembered_actor,
)
from points.errors import KeyReused
from points.services import Cause, HeldWallet, credit, debit, lock_wallet
from vip.errors import PaymentRefunded, PointsSpent
from vip.models import StarPayment, StarRefund

logger = logging.getLogger(__name__)

TAKE_KIND, RETURN_KIND = "stars_refund", "stars_return"
WAITING, DONE, REFUSED = StarRefund.State.WAITING, StarRefund.State.DONE, StarRefund.State.REFUSED
# A sender that dies leaves its refund to the others after so long.
LEASE = timedelta(seconds=60)
RETRY_FIRST, RETRY_LAST = timedelta(seconds=10), timedelta(hours=1)
# Telegram has been away for hours by then.
ALARM_AFTER_ATTEMPTS = 8


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
    _record("vip.stars.refund", refund, actor=actor, reason=reason)
    return refund


@transaction.atomic
def note_refund(*, charge_id: str, now: datetime) -> StarRefund | None:
    """Telegram says that the Stars of a charge went back: the end of our own refund, or of
    one that was made elsewhere, for which the points are taken as far as they reach.

    None for a charge that was never ours.
    """
    known = StarPayment.objects.filter(charge_id=charge_id).values_list("pk", flat=True).first()
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
        _record("vip.stars.refund", refund, actor=SYSTEM)
        _tell_member(refund, now)
    elif refund.state == WAITING:
        _finish(refund, now)
    return refund


def claim_refunds(*, now: datetime, limit: int) -> list[StarRefund]:
    """Refunds that are due, each for one caller until its lease ends. Index star_refund_due.

    A time far ahead is from before the clock was set back: it says nothing.
    """
    is_due = Q(due_at__lte=now) | Q(due_at__gt=now + 2 * RETRY_LAST)
    due = StarRefund.objects.filter(is_due, state=WAITING)
    found = list(due.select_related("payment").order_by("due_at")[:limit])
    return [
        refund
        for refund in found
        if StarRefund.objects.filter(pk=refund.pk, state=WAITING, due_at=refund.due_at).update(
            due_at=now + LEASE
        )
    ]


@transaction.atomic
def finish_refund(*, refund_id: int, now: datetime) -> StarRefund:
    """Telegram has given the Stars back. A refund that is over stays as it ended."""
    refund = _lock_refund(refund_id)[0]
    if refund.state == WAITING:
        _finish(refund, now)
    return refund


@transaction.atomic
def decline_refund(*, refund_id: int, error: str, now: datetime) -> StarRefund:
    """Telegram will not give the Stars back: the points that were taken return.

    `error` is Telegram's description and names no charge.
    """
    refund, wallet = _lock_refund(refund_id)
    if refund.state != WAITING:
        return refund
    if refund.taken:
        cause = Cause(
            kind=RETURN_KIND,
            key=f"stars_return:{refund.pk}",
            now=now,
            note=str(refund.payment.stars),
            despite_freeze=True,
        )
        refund.return_entry_id = credit(wallet, refund.taken, cause).entry_id
    refund.last_error = error[:300]
    _close(refund, REFUSED, now)
    logger.error("Telegram refused refund %s: %s", refund.pk, error)
    _record("vip.stars.refund_refused", refund, actor=SYSTEM, reason=error)
    _tell_staff(refund, now)
    return refund


@transaction.atomic
def put_off_refund(*, refund_id: int, error: str, now: datetime, wait: timedelta | None) -> None:
    """Telegram cannot be asked now; it will be, however long that takes.

    `wait` is Telegram's own word; without it the pauses grow from ten seconds to an hour.
    """
    refund = StarRefund.objects.select_for_update().get(pk=refund_id)
    if refund.state != WAITING:
        return
    pause = wait or min(RETRY_FIRST * 2 ** min(refund.attempts, 12), RETRY_LAST)
    refund.attempts += 1
    refund.due_at, refund.last_error = now + pause, error[:300]
    refund.save(update_fields=["attempts", "due_at", "last_error"])
    if refund.attempts == ALARM_AFTER_ATTEMPTS:
        logger.error("refund %s has been waiting for Telegram since %s", refund.pk, refund.begun_at)


def _lock(payment_id: int) -> tuple[StarPayment, HeldWallet]:
    """The payment with its payer as he is once nobody else moves his points."""
    payments = StarPayment.objects.select_related("member")
    wallet = lock_wallet(payments.values_list("member_id", flat=True).get(pk=payment_id))
    return payments.get(pk=payment_id), wallet


def _lock_refund(refund_id: int) -> tuple[StarRefund, HeldWallet]:
    refunds = StarRefund.objects.select_related("payment")
    wallet = lock_wallet(refunds.values_list("payment__member_id", flat=True).get(pk=refund_id))
    return refunds.select_for_update(of=("self",)).get(pk=refund_id), wallet


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


def _finish(refund: StarRefund, now: datetime) -> None:
    _close(refund, DONE, now)
    actor = remembered_actor(refund.actor_origin, refund.actor_label, refund.actor_user_id)
    _record("vip.stars.refunded", refund, actor=actor, reason=refund.reason)
    _tell_member(refund, now)


def _close(refund: StarRefund, state: StarRefund.State, now: datetime) -> None:
    refund.state, refund.finished_at, refund.payer_telegram_id = state, now, None
    refund.save()


def _record(action: str, refund: StarRefund, *, actor: Actor, reason: str = "") -> None:
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


def _tell_member(refund: StarRefund, now: datetime) -> None:
    queue_message(
        kind="vip.stars_refunded",
        key=f"vip.stars_refunded:{refund.pk}",
        member_id=refund.payment.member_id,
        due_at=now,
        refund=refund.pk,
    )


def _tell_staff(refund: StarRefund, now: datetime) -> None:
    """Who ordered it is told in Telegram too, if he is linked to a member."""
    member = find_staff_member(refund.actor_user_id) if refund.actor_user_id else None
    if member:
        queue_message(
            kind="vip.stars_refund_refused",
            key=f"vip.stars_refund_refused:{refund.pk}",
            member_id=member.pk,
            due_at=now,
            refund=refund.pk,
        )
