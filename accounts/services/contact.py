"""A member comes by: made on first contact, refreshed on each later one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from accounts.models import NAME_LENGTH_MAX, Member

from .erasure import find_former

SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Contact:
    """How a Telegram user shows himself at the moment."""

    telegram_id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False


class Arrival(Enum):
    """How a member came: for the first time, again after deleting his data, or just again."""

    FIRST = auto()
    RETURNED = auto()
    KNOWN = auto()


def create_member(contact: Contact, *, now: datetime) -> tuple[Member, Arrival]:
    """The member with this Telegram id, made if he is new. Needs an open transaction.

    Who returns after deleting his data finds his ban and freeze where he left them.
    """
    profile = _profile(contact)
    _take_username(profile["username"], contact.telegram_id)
    former = find_former(contact.telegram_id)
    kept = {"banned_at": former.banned_at, "frozen_at": former.frozen_at} if former else {}
    member, is_new = Member.objects.get_or_create(
        telegram_id=contact.telegram_id,
        defaults={**profile, **kept, "joined_at": now, "last_seen_at": now},
    )
    if not is_new:
        return member, Arrival.KNOWN
    return member, Arrival.RETURNED if former else Arrival.FIRST


def refresh_member(member: Member, contact: Contact, *, now: datetime) -> None:
    """Writes what changed since the last contact, and nothing when nothing did.

    Whoever writes to the bot can be reached again.
    """
    changed: dict[str, Any] = {
        name: value for name, value in _profile(contact).items() if getattr(member, name) != value
    }
    if member.reachability != Member.Reachability.REACHABLE:
        changed["reachability"] = Member.Reachability.REACHABLE
    if changed or now - member.last_seen_at >= SEEN_EVERY:
        changed["last_seen_at"] = now
    if not changed:
        return
    if changed.get("username"):
        _take_username(changed["username"], contact.telegram_id)
    for name, value in changed.items():
        setattr(member, name, value)
    member.save(update_fields=list(changed))


def _profile(contact: Contact) -> dict[str, str | None]:
    return {
        "first_name": _clean(contact.first_name),
        "last_name": _clean(contact.last_name),
        "username": contact.username[:64] or None,
        "client_language": contact.language_code[:16],
    }


def _clean(name: str) -> str:
    # PostgreSQL refuses NUL in text; no name needs it.
    return name.replace("\x00", "").strip()[:NAME_LENGTH_MAX]


def _take_username(username: str | None, telegram_id: int) -> None:
    """A username belongs to the member who last showed it."""
    if username:
        # By the index member_username_unique; iexact would compare UPPER(username).
        owners = Member.objects.filter(Exact(Lower("username"), username.lower()))
        owners.exclude(telegram_id=telegram_id).update(username=None)
