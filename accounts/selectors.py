"""Reads of the accounts app."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.module_loading import import_string

from accounts.errors import MemberNotFound
from accounts.models import NAME_LENGTH_MAX, AuditEntry, Chat, Member, StaffMessage
from project.ids import read_id
from project.selectors import day_start

LANGUAGE_CODES = frozenset(code for code, _ in settings.LANGUAGES)


def find_members(telegram_ids: Collection[int], *related: str) -> dict[int, Member]:
    """By Telegram id, with the rows the caller names of this app and of others; one query."""
    members = Member.objects.select_related(*related).filter(telegram_id__in=telegram_ids)
    return {member.telegram_id: member for member in members if member.telegram_id}


def find_member(telegram_id: int, *related: str) -> Member | None:
    return find_members([telegram_id], *related).get(telegram_id)


def get_member(member_id: int) -> Member:
    return Member.objects.get(pk=member_id)


def list_members(member_ids: Iterable[int]) -> dict[int, Member]:
    """By their number; those that are nobody's are left out."""
    return Member.objects.in_bulk(list(member_ids))


def members_of(member_ids: Collection[int]) -> QuerySet[Member]:
    """A query: for what reaches members by statements."""
    return Member.objects.filter(pk__in=member_ids)


def find_named(name: str) -> Member:
    """The member with this @username or Telegram id. Raises MemberNotFound."""
    shown = name.strip()[:NAME_LENGTH_MAX]
    username = shown.removeprefix("@")
    members = Member.objects.select_related("wallet")
    if re.fullmatch(r"[0-9]{5,15}", shown):
        member = members.filter(telegram_id=int(shown)).first()
    elif re.fullmatch(r"[A-Za-z0-9_]{1,64}", username):
        # By the index member_username_unique; iexact would compare UPPER(username).
        member = members.filter(Exact(Lower("username"), username.lower())).first()
    else:
        member = None
    if member is None:
        raise MemberNotFound(name=shown)
    return member


def split_names(text: str) -> list[str]:
    """Names as people paste them into a form: by spaces, commas, semicolons or lines."""
    return [name for name in re.split(r"[\s,;]+", text) if name]


def find_each_named(names: Iterable[str]) -> tuple[list[int], list[str]]:
    """The ids of the members found, and the names that are nobody's."""
    found, unknown = [], []
    for name in names:
        try:
            found.append(find_named(name).pk)
        except MemberNotFound:
            unknown.append(name)
    return found, unknown


def search_members(term: str, limit: int = 50) -> list[int]:
    """Ids of the members with this number or Telegram id, or whose @username begins so."""
    term = term.strip().removeprefix("@")
    if (number := read_id(term)) is not None:
        found = Q(telegram_id=number) | Q(pk=number)
    else:
        # By the index member_username_unique.
        found = Q(username__istartswith=term)
    return list(Member.objects.filter(found).values_list("pk", flat=True)[:limit])


def language_of(member: Member) -> str:
    """His choice, else his app's language where we speak it, else English."""
    if member.language in LANGUAGE_CODES:
        return member.language
    return language_spoken(member.client_language)


def language_spoken(client_language: str) -> str:
    """Which of our languages is that of a Telegram app."""
    spoken = client_language.lower().replace("_", "-").split("-")[0]
    return spoken if spoken in LANGUAGE_CODES else "en"


def uses_language(code: str) -> Q:
    """Members with this language: their choice, or their app's where they made none."""
    return Q(language=code) | Q(language="", client_language__startswith=code)


def zone_of(member: Member) -> ZoneInfo:
    """His time zone; UTC when the name he once chose is no longer known."""
    try:
        return ZoneInfo(member.timezone)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_chat_enabled(telegram_id: int) -> bool:
    """Whether being active in this group earns anything."""
    return Chat.objects.filter(telegram_id=telegram_id, is_enabled=True).exists()


def is_bot_in_chat(telegram_id: int) -> bool:
    """False for a group that the bot was put out of."""
    return not Chat.objects.filter(telegram_id=telegram_id, bot_is_member=False).exists()


def find_staff_message(message_id: int) -> StaffMessage | None:
    """None once the member has deleted his data."""
    return StaffMessage.objects.filter(pk=message_id).first()


def top_inviters(limit: int = 10) -> list[Member]:
    """Staff, banned and deleted members are left out. Index: member_inviters."""
    inviters = Member.objects.filter(
        invited_count__gt=0, staff_user=None, banned_at=None, anonymised_at=None
    )
    return list(inviters.order_by("-invited_count", "id")[:limit])


def export_member(member_id: int) -> dict[str, Any]:
    """Everything we hold about a member, each app's part under its name."""
    return {
        app: import_string(exporter)(member_id)
        for app, exporter in settings.MEMBER_EXPORTERS.items()
    }


def find_staff_member(user_id: int) -> Member | None:
    """The member who is linked to this user of the dashboard."""
    return Member.objects.filter(staff_user=user_id).first()


def list_staff_members() -> list[Member]:
    """Members linked to an active staff user, who can be reached; a handful."""
    return list(
        Member.objects.filter(
            staff_user__is_active=True,
            staff_user__is_staff=True,
            telegram_id__isnull=False,
            reachability=Member.Reachability.REACHABLE,
        ).select_related("staff_user")
    )


def list_handles(member_ids: Iterable[int]) -> list[str]:
    """How find_named finds these members again: by @username, else by Telegram id."""
    rows = Member.objects.filter(pk__in=list(member_ids), telegram_id__isnull=False).order_by("pk")
    return [
        f"@{username}" if username else str(telegram_id)
        for username, telegram_id in rows.values_list("username", "telegram_id")
    ]


def list_acts(action: str, *, limit: int) -> list[AuditEntry]:
    """What the audit holds of one action, newest first. Index: audit_of_action."""
    return list(AuditEntry.objects.filter(action=action).order_by("-created_at")[:limit])


def count_members(now: datetime) -> tuple[int, int]:
    """All that there are, and those who joined since midnight UTC. Index member_joined."""
    new = Member.objects.filter(joined_at__gte=day_start(now))
    return Member.objects.count(), new.count()
