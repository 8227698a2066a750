"""A member vouches for a provider with a photo in a group.

Both wallets are locked first: what concerns one provider, or one author, happens in turn.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.selectors import get_member, is_chat_enabled
from points.errors import (
    AuthorFrozen,
    NotAProvider,
    PhotoUsed,
    ProviderFrozen,
    SelfVouch,
    VouchTooEarly,
)
from points.models import Board, Entry, PointsSettings, Vouch, VouchProvider
from points.selectors import get_settings

from .boards import add_day_score
from .ledger import Cause, HeldWallet, credit, lock_wallets


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo as it stands in a group: where, of which album ("" for none), and which it is."""

    chat_telegram_id: int
    message_id: int
    unique_id: str
    album_id: str = ""


@dataclass(frozen=True, slots=True)
class Vouched:
    """`count` is how many vouches of the provider hold now."""

    vouch: Vouch
    count: int


@transaction.atomic
def give_vouch(*, provider_id: int, author_id: int, photo: Photo, now: datetime) -> Vouched | None:
    """Counts a photo once and pays what the settings promise.

    None where there is nothing to say: the group is switched off, or another photo of the same
    album has counted. The same message returns the first vouch. Raises SelfVouch, AuthorFrozen,
    ProviderFrozen, NotAProvider, PhotoUsed, VouchTooEarly.
    """
    if not is_chat_enabled(photo.chat_telegram_id):
        return None
    if provider_id == author_id:
        raise SelfVouch()
    wallets = lock_wallets([provider_id, author_id])
    provider = VouchProvider.objects.select_related("member").get(pk=provider_id)
    for known in _find_known(photo):
        if known.message_id == photo.message_id:
            return Vouched(known, provider.vouch_count)
        return None
    numbers = get_settings()
    _check(provider, author_id, photo, numbers, now)
    vouch = _create(provider, author_id, photo, numbers, now)
    _pay(vouch, wallets, now)
    count_vouch(vouch, 1)
    return Vouched(vouch, provider.vouch_count)


def _find_known(photo: Photo) -> list[Vouch]:
    """What counted of this message or of its album."""
    same = Q(message_id=photo.message_id)
    if photo.album_id:
        same |= Q(album_id=photo.album_id)
    return list(Vouch.objects.filter(same, chat_telegram_id=photo.chat_telegram_id))


def _check(
    provider: VouchProvider, author_id: int, photo: Photo, numbers: PointsSettings, now: datetime
) -> None:
    # Read now, not with the lock: a freeze decided while we waited for it must hold.
    if get_member(author_id).is_frozen:
        raise AuthorFrozen()
    name = provider.member.display_name
    if provider.member.is_frozen:
        raise ProviderFrozen(name=name)
    if not provider.is_active:
        raise NotAProvider(name=name)
    if Vouch.objects.filter(photo_unique_id=photo.unique_id).exists():
        raise PhotoUsed()
    # Index vouch_of_pair. A clock that was set back only makes the wait longer.
    last = Vouch.objects.filter(provider=provider, author=author_id).order_by("-created_at").first()
    ready_at = last and last.created_at + timedelta(seconds=numbers.vouch_pair_seconds)
    if ready_at and ready_at > now:
        raise VouchTooEarly(name=name, wait=ready_at - now)


def _create(
    provider: VouchProvider, author_id: int, photo: Photo, numbers: PointsSettings, now: datetime
) -> Vouch:
    vouch = Vouch(
        provider=provider,
        author_id=author_id,
        chat_telegram_id=photo.chat_telegram_id,
        message_id=photo.message_id,
        album_id=photo.album_id,
        photo_unique_id=photo.unique_id,
        provider_points=numbers.vouch_points,
        author_points=numbers.vouch_author_points,
        created_at=now,
    )
    try:
        with transaction.atomic():
            vouch.save(force_insert=True)
    except IntegrityError:
        # Two other people used the photo at the same moment: their wallets are not ours.
        raise PhotoUsed() from None
    return vouch


def _pay(vouch: Vouch, wallets: dict[int, HeldWallet], now: datetime) -> None:
    keys = keys_of(vouch)
    shares = (
        (vouch.provider_id, vouch.author_id, vouch.provider_points),
        (vouch.author_id, vouch.provider_id, vouch.author_points),
    )
    for member_id, other_id, points in shares:
        if points:
            cause = Cause(
                kind=Entry.Kind.VOUCH, key=keys[member_id], now=now, counterparty_id=other_id
            )
            credit(wallets[member_id], points, cause)


def keys_of(vouch: Vouch) -> dict[int, str]:
    """The ledger's keys of a vouch, by the member they pay."""
    return {
        vouch.provider_id: f"vouch:{vouch.pk}:provider",
        vouch.author_id: f"vouch:{vouch.pk}:author",
    }


def count_vouch(vouch: Vouch, change: int) -> None:
    """On the provider's row, read with his wallet locked, and on the day it was given."""
    provider = vouch.provider
    provider.vouch_count += change
    provider.save(update_fields=["vouch_count"])
    add_day_score(Board.VOUCHES, provider.pk, vouch.created_at.date(), change)
