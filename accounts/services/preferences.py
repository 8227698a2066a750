"""What a member chooses in /settings."""

from typing import Literal
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.errors import UnknownLanguage, UnknownTimezone
from accounts.models import Member
from accounts.selectors import LANGUAGE_CODES

Notification = Literal["vip", "points", "news"]
NOTIFICATIONS: tuple[Notification, ...] = ("vip", "points", "news")


@transaction.atomic
def set_language(*, member: Member, language: str) -> None:
    """Raises UnknownLanguage."""
    if language not in LANGUAGE_CODES:
        raise UnknownLanguage()
    member.language = language
    member.save(update_fields=["language"])


@transaction.atomic
def set_timezone(*, member: Member, name: str) -> None:
    """Raises UnknownTimezone."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise UnknownTimezone(text=name[:64]) from error
    member.timezone = name
    member.save(update_fields=["timezone"])


@transaction.atomic
def set_notification(*, member: Member, kind: Notification, is_on: bool) -> None:
    field = f"notify_{kind}"
    setattr(member, field, is_on)
    member.save(update_fields=[field])
