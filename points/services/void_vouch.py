"""The staff voids a vouch that should not count."""

from datetime import datetime

from django.db import transaction

from accounts.selectors import get_member
from accounts.services import Actor, clean_reason, record
from points.errors import BelowZero, VouchSpent, VouchVoided
from points.models import Entry, Vouch

from .ledger import HeldWallet, lock_wallets
from .reverse import take_back
from .vouches import count_vouch, keys_of


@transaction.atomic
def void_vouch(*, vouch_id: int, reason: str, actor: Actor, now: datetime) -> Vouch:
    """Takes back what a vouch brought both sides, frozen or not, or from neither; audited.

    Raises VouchVoided, VouchSpent, ReasonRequired.
    """
    reason = clean_reason(reason)
    vouches = Vouch.objects.select_related("provider__member")
    people = vouches.values_list("provider", "author").get(pk=vouch_id)
    wallets = lock_wallets(people)
    # Read now that nobody else voids it or vouches for him.
    vouch = vouches.get(pk=vouch_id)
    if vouch.voided_at is not None:
        raise VouchVoided()
    for entry in Entry.objects.filter(key__in=keys_of(vouch).values()).order_by("pk"):
        _take_back(entry, wallets[entry.wallet_id], reason, actor, now)
    _mark_voided(vouch, reason, actor, now)
    count_vouch(vouch, -1)
    record(
        "points.void_vouch",
        actor=actor,
        member=vouch.provider.member,
        target=vouch,
        reason=reason,
        author=vouch.author_id,
    )
    return vouch


def _take_back(entry: Entry, wallet: HeldWallet, reason: str, actor: Actor, now: datetime) -> None:
    try:
        take_back(entry, wallet, reason=reason, actor=actor, now=now)
    except BelowZero:
        name = get_member(entry.wallet_id).display_name
        missing = entry.amount - wallet.balance
        raise VouchSpent(name=name, points=entry.amount, missing=missing) from None


def _mark_voided(vouch: Vouch, reason: str, actor: Actor, now: datetime) -> None:
    vouch.voided_at, vouch.void_reason = now, reason
    vouch.voided_by_user_id, vouch.voided_by_label = actor.user_id, actor.label[:150]
    vouch.save(update_fields=["voided_at", "void_reason", "voided_by_user_id", "voided_by_label"])
