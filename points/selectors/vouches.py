"""Providers and their vouches."""

from collections.abc import Collection

from django.db.models import Q
from django.db.models.functions import Lower

from points.models import Vouch, VouchProvider

VOUCHES_SHOWN = 5
PROVIDERS_PAGE = 8


def find_providers(
    usernames: Collection[str], telegram_ids: Collection[int]
) -> list[VouchProvider]:
    """The active providers among these people; usernames in lower case."""
    providers = VouchProvider.objects.annotate(lowered=Lower("member__username"))
    named = Q(lowered__in=usernames) | Q(member__telegram_id__in=telegram_ids)
    return list(providers.filter(named, is_active=True).select_related("member"))


def provider_of(member_id: int) -> VouchProvider | None:
    """Active or not: who was unmarked keeps his vouches."""
    return VouchProvider.objects.select_related("member").filter(pk=member_id).first()


def list_providers(page: int) -> tuple[list[VouchProvider], bool]:
    """A page of those who can be vouched for, most vouches first, and whether more follow.

    Index vouch_provider_most. They are marked by hand: too few for OFFSET to matter.
    """
    found = VouchProvider.objects.filter(
        is_active=True, member__banned_at__isnull=True, member__frozen_at__isnull=True
    )
    start = page * PROVIDERS_PAGE
    rows = found.select_related("member").order_by("-vouch_count", "member")
    shown = list(rows[start : start + PROVIDERS_PAGE + 1])
    return shown[:PROVIDERS_PAGE], len(shown) > PROVIDERS_PAGE


def last_vouches(provider_id: int) -> list[Vouch]:
    """The newest that hold, by the index vouch_of_provider."""
    vouches = Vouch.objects.filter(provider=provider_id, voided_at__isnull=True)
    return list(vouches.select_related("author").order_by("-pk")[:VOUCHES_SHOWN])


def count_given(author_id: int) -> int:
    return Vouch.objects.filter(author=author_id, voided_at__isnull=True).count()


def get_vouch(vouch_id: int) -> Vouch:
    """With both its people."""
    return Vouch.objects.select_related("provider__member", "author").get(pk=vouch_id)
