"""Starting afresh: every balance goes to zero by entries, and the history stays."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.services import Actor, clean_reason, record
from points.models import AMOUNT_MAX, Entry, Wallet

from .ledger import Cause, HeldWallet, debit, lock_wallets

# Taken in one transaction: so long their wallets wait.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Reset:
    wallets: int
    points: int


def reset_points(*, reason: str, key: str, backup: str, actor: Actor, now: datetime) -> Reset:
    """Takes from each wallet what it holds, frozen or not; what is staked stays in its game.

    A transaction with an audit entry, which names the backup, for each five hundred wallets.
    Broken off in the middle, the rest still has its points, and another run, under a key of
    its own, takes them. Nobody is told. Raises ReasonRequired.
    """
    reason = clean_reason(reason)
    wallets = points = last = 0
    while True:
        full = Wallet.objects.filter(balance__gt=0, pk__gt=last).order_by("pk")
        chunk = list(full.values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            return Reset(wallets, points)
        cause = Cause(
            kind=Entry.Kind.ADJUSTMENT,
            key=key,
            now=now,
            actor_user_id=actor.user_id,
            actor_label=actor.label[:150],
            note=reason,
            despite_freeze=True,
        )
        done = _empty_all(chunk, cause, actor=actor, backup=backup)
        wallets, points, last = wallets + done.wallets, points + done.points, chunk[-1]


@transaction.atomic
def _empty_all(member_ids: list[int], cause: Cause, *, actor: Actor, backup: str) -> Reset:
    taken = [_empty(wallet, cause) for wallet in lock_wallets(member_ids).values()]
    done = Reset(sum(amount > 0 for amount in taken), sum(taken))
    if done.wallets:
        record(
            "points.reset",
            actor=actor,
            reason=cause.note,
            wallets=done.wallets,
            points=done.points,
            backup=backup,
        )
    return done


def _empty(wallet: HeldWallet, cause: Cause) -> int:
    held = wallet.balance
    # More than one entry may hold comes off in several.
    while wallet.balance:
        key = f"{cause.key}:{wallet.member_id}:{wallet.balance}"
        debit(wallet, min(wallet.balance, AMOUNT_MAX), replace(cause, key=key))
    return held
