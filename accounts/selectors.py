"""Reads of the accounts app."""

from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Member

LANGUAGE_CODES = frozenset(code for code, _ in settings.LANGUAGES)


def find_member(telegram_id: int, *related: str) -> Member | None:
    """With the rows that the caller names of this app and of others, all in one query."""
    return Member.objects.select_related(*related).filter(telegram_id=telegram_id).first()


def language_of(member: Member) -> str:
    """His choice, else his app's language where we speak it, else English."""
    if member.language in LANGUAGE_CODES:
        return member.language
    spoken = member.client_language.lower().replace("_", "-").split("-")[0]
    return spoken if spoken in LANGUAGE_CODES else "en"


def zone_of(member: Member) -> ZoneInfo:
    """His time zone; UTC when the name he once chose is no longer known."""
    try:
        return ZoneInfo(member.timezone)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
