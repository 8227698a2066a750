"""Providers, and the photos that vouch for them."""

from itertools import count

from accounts.models import Chat, Member
from points.models import VouchProvider
from points.services import Photo
from tests.factories import make_member
from tests.points.conftest import NOW

GROUP = -1001
_numbers = count(1)


def make_provider(member: Member | None = None, *, is_active: bool = True, headline="", **fields):
    """A provider, whose group is switched on."""
    Chat.objects.get_or_create(telegram_id=GROUP, defaults={"is_enabled": True})
    return VouchProvider.objects.create(
        member=member or make_member(**fields),
        is_active=is_active,
        headline=headline,
        since=NOW,
        marked_by_label="chief",
    )


def make_photo(**fields) -> Photo:
    number = next(_numbers)
    values = {"chat_telegram_id": GROUP, "message_id": number, "unique_id": f"photo{number}"}
    return Photo(**{**values, **fields})
