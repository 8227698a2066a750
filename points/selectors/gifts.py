"""Whom a gift of items would reach."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import Member

NAMES_SHOWN_MAX = 10
_FREE = Q(banned_at=None, frozen_at=None, anonymised_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPreview:
    """Counted before it is given; `members` are the first few who would receive."""

    given: int
    frozen: int
    gone: int
    members: "list[Member]"

    @property
    def skipped(self) -> int:
        return self.frozen + self.gone


def list_receivers(members: "QuerySet[Member]") -> "QuerySet[Member]":
    """Who can receive: not banned, not frozen, not gone."""
    return members.filter(_FREE)


def preview_gift(members: "QuerySet[Member]") -> GiftPreview:
    """Two questions, however many members."""
    counts = members.order_by().aggregate(
        given=Count("pk", filter=_FREE),
        frozen=Count("pk", filter=Q(anonymised_at=None) & ~_FREE),
        gone=Count("pk", filter=Q(anonymised_at__isnull=False)),
    )
    first = list_receivers(members).order_by("pk")[:NAMES_SHOWN_MAX]
    return GiftPreview(**counts, members=list(first))
