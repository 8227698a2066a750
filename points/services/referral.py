"""Points for an invitation that was followed."""

from datetime import datetime

from django.db import transaction

from accounts.services import queue_message
from points.models import Entry
from points.selectors import get_settings

from .ledger import Cause, credit, lock_wallets


@transaction.atomic
def reward_referral(*, inviter_id: int, invited_id: int, now: datetime) -> int:
    """Credits both, once for each invited member; what each gets is returned.

    A frozen or banned inviter gets nothing, the invited does all the same.
    """
    amount = get_settings().referral_points
    if not amount:
        return 0
    wallets = lock_wallets([inviter_id, invited_id])
    for member_id, other_id in ((invited_id, inviter_id), (inviter_id, invited_id)):
        if member_id == inviter_id and wallets[member_id].is_frozen:
            continue
        cause = Cause(
            kind=Entry.Kind.REFERRAL,
            key=f"referral:{invited_id}:{member_id}",
            now=now,
            counterparty_id=other_id,
        )
        posting = credit(wallets[member_id], amount, cause)
        if member_id == inviter_id and posting.is_new:
            queue_message(
                kind="points.referral",
                key=f"points.referral:{posting.entry_id}",
                member_id=inviter_id,
                due_at=now,
                invited_id=invited_id,
                amount=amount,
            )
    return amount
