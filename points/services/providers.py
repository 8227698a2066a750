"""The staff marks the members whom others can vouch for."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.errors import MemberGone
from accounts.selectors import get_member
from accounts.services import Actor, clean_reason, queue_message, record
from points.errors import AlreadyProvider, NotAProvider, ReceiverFrozen
from points.models import HEADLINE_LENGTH_MAX, VouchProvider
from project.words import clean_words

from .ledger import lock_wallet, lock_wallets


@transaction.atomic
def mark_providers(
    *, member_ids: Collection[int], headline: str, actor: Actor, now: datetime
) -> int:
    """Marks each of them, or nobody, and tells them; returns how many were not marked before.

    Who was one before finds his vouches again, and his headline where none is given.
    Raises AlreadyProvider when all are, ReceiverFrozen, MemberGone.
    """
    headline = clean_words(headline, HEADLINE_LENGTH_MAX)
    lock_wallets(member_ids)
    active = VouchProvider.objects.filter(pk__in=member_ids, is_active=True)
    new = sorted(set(member_ids) - set(active.values_list("pk", flat=True)))
    if not new:
        raise AlreadyProvider()
    for member_id in new:
        _mark(member_id, headline, actor, now)
    return len(new)


@transaction.atomic
def unmark_provider(*, member_id: int, reason: str, actor: Actor) -> None:
    """Nobody can vouch for him any more; his vouches stay. Raises NotAProvider, ReasonRequired."""
    reason = clean_reason(reason)
    provider = _lock_active(member_id)
    provider.is_active = False
    provider.save(update_fields=["is_active"])
    record("points.unmark_provider", actor=actor, member=provider.member, reason=reason)


@transaction.atomic
def set_headline(*, member_id: int, headline: str, actor: Actor) -> None:
    """Raises NotAProvider."""
    provider = _lock_active(member_id)
    provider.headline = clean_words(headline, HEADLINE_LENGTH_MAX)
    provider.save(update_fields=["headline"])
    # Without the words: the audit cannot forget them when he deletes his data.
    record("points.headline", actor=actor, member=provider.member)


def _mark(member_id: int, headline: str, actor: Actor, now: datetime) -> None:
    member = get_member(member_id)
    if member.anonymised_at is not None:
        raise MemberGone()
    if member.is_frozen:
        raise ReceiverFrozen(name=member.display_name)
    values = {
        "is_active": True,
        "since": now,
        "marked_by_user_id": actor.user_id,
        "marked_by_label": actor.label[:150],
        **({"headline": headline} if headline else {}),
    }
    VouchProvider.objects.update_or_create(member=member, defaults=values)
    record("points.mark_provider", actor=actor, member=member)
    queue_message(
        kind="points.provider",
        key=f"points.provider:{member_id}:{now:%Y%m%d%H%M%S}",
        member_id=member_id,
        due_at=now,
    )


def _lock_active(member_id: int) -> VouchProvider:
    """The row of an active provider; his wallet is the lock of it. Raises NotAProvider."""
    lock_wallet(member_id)
    provider = VouchProvider.objects.select_related("member").filter(pk=member_id).first()
    if provider is None or not provider.is_active:
        raise NotAProvider(name=get_member(member_id).display_name)
    return provider
