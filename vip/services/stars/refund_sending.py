"""A refund on its way: claimed by a bot process, asked of Telegram, finished or taken back.

Nothing is lost when a process dies, and Telegram gives the Stars of a charge back once only.
Where points move, the payer's wallet is locked first, then the refund.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.selectors import find_staff_member
from accounts.services import SYSTEM, queue_message, remembered_actor
from points.services import Cause, HeldWallet, credit, lock_wallet
from vip.models import StarRefund

from .refund_record import record_refund, tell_member

logger = logging.getLogger(__name__)

RETURN_KIND = "stars_return"
WAITING, DONE, REFUSED = StarRefund.State.WAITING, StarRefund.State.DONE, StarRefund.State.REFUSED
# A sender that dies leaves its refund to the others after so long.
LEASE = timedelta(seconds=60)
RETRY_FIRST, RETRY_LAST = timedelta(seconds=10), timedelta(hours=1)
# Telegram has been away for hours by then.
ALARM_AFTER_ATTEMPTS = 8


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
        end_refund(refund, now)
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
    record_refund("vip.stars.refund_refused", refund, actor=SYSTEM, reason=error)
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


def end_refund(refund: StarRefund, now: datetime) -> None:
    """Its row and the wallet are locked by the caller."""
    _close(refund, DONE, now)
    actor = remembered_actor(refund.actor_origin, refund.actor_label, refund.actor_user_id)
    record_refund("vip.stars.refunded", refund, actor=actor, reason=refund.reason)
    tell_member(refund, now)


def _lock_refund(refund_id: int) -> tuple[StarRefund, HeldWallet]:
    refunds = StarRefund.objects.select_related("payment")
    wallet = lock_wallet(refunds.values_list("payment__member_id", flat=True).get(pk=refund_id))
    return refunds.select_for_update(of=("self",)).get(pk=refund_id), wallet


def _close(refund: StarRefund, state: StarRefund.State, now: datetime) -> None:
    refund.state, refund.finished_at, refund.payer_telegram_id = state, now, None
    refund.save()


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
