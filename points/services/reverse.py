"""Takes back an entry by a new one that names it."""

from datetime import datetime

from django.db import transaction

from accounts.selectors import get_member
from accounts.services import Actor, clean_reason, record
from points.errors import NotReversible
from points.models import Entry

from .adjust import move
from .ledger import Cause, HeldWallet, Posting, lock_wallets

_OTHER_SIDE: dict[str, tuple[str, str]] = {
    Entry.Kind.TRANSFER_OUT: (":out", ":in"),
    Entry.Kind.TRANSFER_IN: (":in", ":out"),
}
# Each is half of something: a stake that came back with the game would come back twice, a
# vouch whose points are gone would still count, VIP that was paid back would stay, and so
# would the Stars that were paid for points.
_HALVES = (
    Entry.Kind.GAME_STAKE,
    Entry.Kind.GAME_REFUND,
    Entry.Kind.VOUCH,
    Entry.Kind.VIP,
    Entry.Kind.STARS,
    Entry.Kind.STARS_REFUND,
    Entry.Kind.STARS_RETURN,
)


@transaction.atomic
def reverse_entry(*, entry_id: int, reason: str, actor: Actor, now: datetime) -> list[Posting]:
    """Reverses an entry once, frozen or not; a transfer on both its sides, or on neither.

    Raises NotReversible, BelowZero, ReasonRequired.
    """
    reason = clean_reason(reason)
    entries = _sides_of(Entry.objects.get(pk=entry_id))
    wallets = lock_wallets([entry.wallet_id for entry in entries])
    postings = []
    for entry in entries:
        posting = take_back(entry, wallets[entry.wallet_id], reason=reason, actor=actor, now=now)
        if not posting.is_new:
            raise NotReversible(kind=entry.kind)
        postings.append(posting)
    return postings


def take_back(
    entry: Entry, wallet: HeldWallet, *, reason: str, actor: Actor, now: datetime
) -> Posting:
    """The entry that reverses this one, audited; the first one if it was reversed before.

    `wallet` is the entry's own, locked. Raises BelowZero.
    """
    cause = Cause(
        kind=Entry.Kind.REVERSAL,
        key=f"reversal:{entry.pk}",
        now=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        counterparty_id=entry.counterparty_id,
        note=reason,
        reverses_id=entry.pk,
        despite_freeze=True,
    )
    posting = move(wallet, -entry.amount, cause)
    if posting.is_new:
        _audit(entry, posting, actor, reason)
    return posting


def _sides_of(entry: Entry) -> list[Entry]:
    """The entry, and the other side of a transfer; whoever gives back comes first."""
    if entry.kind == Entry.Kind.REVERSAL or entry.kind in _HALVES:
        raise NotReversible(kind=entry.kind)
    sides = [entry]
    if ends := _OTHER_SIDE.get(entry.kind):
        sides.append(Entry.objects.get(key=entry.key.removesuffix(ends[0]) + ends[1]))
    return sorted(sides, key=lambda side: -side.amount)


def _audit(entry: Entry, posting: Posting, actor: Actor, reason: str) -> None:
    record(
        "points.reverse",
        actor=actor,
        member=get_member(entry.wallet_id),
        target=f"entry {entry.pk}",
        reason=reason,
        before=posting.balance_after - posting.amount,
        change=posting.amount,
        after=posting.balance_after,
    )
