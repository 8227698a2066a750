"""The richest members. Staff, banned members and those who deleted their data hold no rank."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from points.models import Wallet

if TYPE_CHECKING:
    from accounts.models import Member

LEADERS = 10
_UNRANKED = (
    Q(member__banned_at__isnull=False)
    | Q(member__staff_user__isnull=False)
    | Q(member__anonymised_at__isnull=False)
)


@dataclass(frozen=True, slots=True)
class Leader:
    rank: int
    member: "Member"
    balance: int


def leaders() -> list[Leader]:
    """The first ten by balance; equal balances share a rank. Walks the index wallet_richest."""
    wallets = (
        Wallet.objects.exclude(_UNRANKED)
        .select_related("member")
        .order_by("-balance", "member_id")[:LEADERS]
    )
    found: list[Leader] = []
    for place, wallet in enumerate(wallets, start=1):
        is_tie = found and found[-1].balance == wallet.balance
        rank = found[-1].rank if is_tie else place
        found.append(Leader(rank, wallet.member, wallet.balance))
    return found


def rank_of(member: "Member", balance: int) -> int | None:
    """His place among all; None for those who hold no rank.

    Counts the index wallet_richest, then takes off the few without a rank, whom the index
    member_unranked lists: no join over all.
    """
    if member.is_banned or member.staff_user_id or member.anonymised_at:
        return None
    richer = Wallet.objects.filter(balance__gt=balance)
    return richer.count() - richer.filter(_UNRANKED).count() + 1
