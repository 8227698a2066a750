"""Points for an invitation that was followed."""

from datetime import datetime

from django.db import transaction

from accounts.services import queue_message
from points.errors import WalletFrozen
from points.models import Board, Entry
from points.selectors import get_settings

from .boards import add_day_score
from .ledger import Cause, HeldWallet, Posting, credit, lock_wallets


@transaction.atomic
def reward_referral(*, inviter_id: int, invited_id: int, now: datetime) -> int:
    """Credits both, once for each invited member; what each gets is returned.

    A frozen or banned inviter gets no points, the invited does all the same. While no
    points are given, the caller sees to it that an invitation is brought here once.
    """
    amount = get_settings().referral_points
    wallets = lock_wallets([inviter_id, invited_id])
    if not amount:
        add_day_score(Board.INVITES, inviter_id, now.date(), 1)
        return 0
    if _credit(wallets[invited_id], amount, invited_id, inviter_id, now).is_new:
        add_day_score(Board.INVITES, inviter_id, now.date(), 1)
    try:
        posting = _credit(wallets[inviter_id], amount, invited_id, invited_id, now)
    except WalletFrozen:
        return amount
    if posting.is_new:
        queue_message(
            kind="points.referral",
            key=f"points.referral:{posting.entry_id}",
            member_id=inviter_id,
            due_at=now,
            invited_id=invited_id,
            amount=amount,
        )
    return amount


def _credit(
    wallet: HeldWallet, amount: int, invited_id: int, other_id: int, now: datetime
) -> Posting:
    cause = Cause(
        kind=Entry.Kind.REFERRAL,
        key=f"referral:{invited_id}:{wallet.member_id}",
        now=now,
        counterparty_id=other_id,
    )
    return credit(wallet, amount, cause)
