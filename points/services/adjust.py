"""The staff gives or takes points."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import get_member
from accounts.services import Actor, clean_reason, queue_message, record
from points.errors import BelowZero, InvalidAmount, NotEnoughPoints
from points.models import Entry

from .ledger import Cause, HeldWallet, Posting, credit, debit, lock_wallet


@dataclass(frozen=True, slots=True)
class Adjustment:
    before: int
    change: int
    after: int


@transaction.atomic
def adjust(
    *, member_id: int, change: int, reason: str, key: str, actor: Actor, now: datetime
) -> Adjustment:
    """Adds `change` (which may be negative) to a balance, frozen or not, and audits it.

    The same key returns the first adjustment. Raises BelowZero, ReasonRequired,
    InvalidAmount, KeyReused.
    """
    cause = Cause(
        kind=Entry.Kind.ADJUSTMENT,
        key=key,
        now=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        note=clean_reason(reason),
        despite_freeze=True,
    )
    posting = move(lock_wallet(member_id), change, cause)
    result = Adjustment(posting.balance_after - change, change, posting.balance_after)
    if posting.is_new:
        record(
            "points.adjust",
            actor=actor,
            member=get_member(member_id),
            reason=cause.note,
            before=result.before,
            change=result.change,
            after=result.after,
        )
        queue_message(
            kind="points.adjusted",
            key=f"points.adjusted:{posting.entry_id}",
            member_id=member_id,
            due_at=now,
            entry_id=posting.entry_id,
        )
    return result


def move(wallet: HeldWallet, change: int, cause: Cause) -> Posting:
    """Credits or debits by the sign. Raises BelowZero where a member would be short of points."""
    if change == 0:
        raise InvalidAmount(text="0")
    try:
        return (credit if change > 0 else debit)(wallet, abs(change), cause)
    except NotEnoughPoints:
        raise BelowZero(balance=wallet.balance, change=change) from None
