"""Switching a multiplier on. Games count it down as they are settled (games/table.py)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.errors import MemberGone
from accounts.selectors import get_member
from points.errors import KeyReused, MultiplierActive, NothingToUse, WalletFrozen
from points.models import Item, ItemEntry, Multiplier
from points.selectors import active_multiplier

from .items import ItemCause, find_entry, move_item
from .ledger import lock_wallet

MULTIPLIER_FACTORS = {Item.Kind.MULTIPLIER_X2: 2, Item.Kind.MULTIPLIER_X3: 3}
# On how many settled games one multiplier works.
GAMES = 2


@dataclass(frozen=True, slots=True)
class Switched:
    """`left` counts the multipliers of this kind that remain in the bag."""

    factor: int
    games: int
    left: int


@transaction.atomic
def use_multiplier(*, member_id: int, kind: str, key: str, now: datetime) -> Switched:
    """Takes one from the bag for the next games; the same key returns the first use.

    Raises NothingToUse, MultiplierActive, WalletFrozen, MemberGone, KeyReused.
    """
    factor = MULTIPLIER_FACTORS[Item.Kind(kind)]
    wallet = lock_wallet(member_id)
    entry = find_entry(f"use:{key}")
    if entry is None:
        _check_usable(member_id, kind)
        cause = ItemCause(kind=ItemEntry.Cause.USED, key=f"use:{key}", now=now)
        entry = move_item(wallet, kind, -1, cause)
        Multiplier.objects.update_or_create(
            pk=member_id, defaults={"factor": factor, "games_left": GAMES, "activated_at": now}
        )
    elif (entry.item.member_id, entry.item.kind) != (member_id, kind):
        raise KeyReused()
    return Switched(factor, GAMES, entry.quantity_after)


def _check_usable(member_id: int, kind: str) -> None:
    # Read now: what lock_wallet knows of the member is as old as its wait for the wallet.
    member = get_member(member_id)
    if member.anonymised_at is not None:
        raise MemberGone()
    if member.is_frozen:
        raise WalletFrozen()
    if active := active_multiplier(member_id):
        raise MultiplierActive(factor=active.factor, games=active.games_left)
    if not Item.objects.filter(member=member_id, kind=kind, quantity__gt=0).exists():
        raise NothingToUse()
