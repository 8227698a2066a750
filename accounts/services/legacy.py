"""Pieces of older bots' files: each is written down once, and given to a member once.

All here need an open transaction, and come after the wallets are locked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from accounts.models import NAME_LENGTH_MAX, LegacyAccount, LegacyRecord, Member

from .contact import Contact, create_member


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyPiece:
    """What a file says of one user. `key` is its own within source and part."""

    source: str
    part: str
    key: str
    owner_id: int
    value: dict[str, Any] = field(default_factory=dict)


def hold_pieces(pieces: Collection[LegacyPiece], *, now: datetime) -> list[LegacyRecord]:
    """Writes down what is new; returns, locked, all of these that nobody has yet."""
    LegacyRecord.objects.bulk_create(
        [
            LegacyRecord(
                source=piece.source,
                part=piece.part,
                key=piece.key,
                owner_id=piece.owner_id,
                value=piece.value,
                created_at=now,
            )
            for piece in sorted(pieces, key=lambda piece: (piece.source, piece.part, piece.key))
        ],
        ignore_conflicts=True,
    )
    # Constraint legacy_record_once.
    rows = LegacyRecord.objects.select_for_update().filter(
        source__in={piece.source for piece in pieces},
        part__in={piece.part for piece in pieces},
        key__in={piece.key for piece in pieces},
        member=None,
    )
    meant = {(piece.source, piece.part, piece.key) for piece in pieces}
    return [row for row in rows.order_by("pk") if (row.source, row.part, row.key) in meant]


def open_accounts(pieces: Collection[LegacyPiece]) -> None:
    """Notes whose of another network they are, for staff to find them and issue codes."""
    usernames = {piece.owner_id: "" for piece in pieces}
    for piece in pieces:
        if piece.part == "profile":
            usernames[piece.owner_id] = piece.value.get("username", "")[:64]
    accounts = [
        LegacyAccount(legacy_id=legacy_id, username=username)
        for legacy_id, username in sorted(usernames.items())
    ]
    named = [account for account in accounts if account.username]
    LegacyAccount.objects.bulk_create(accounts, ignore_conflicts=True)
    if named:
        LegacyAccount.objects.bulk_create(
            named, update_conflicts=True, unique_fields=["legacy_id"], update_fields=["username"]
        )


def give_records(owners: Mapping[int, int], records: Iterable[LegacyRecord], now: datetime) -> None:
    """Notes whose the records have become: `owners` has members by the older bot's ids."""
    changed = list(records)
    for record in changed:
        record.member_id, record.applied_at = owners[record.owner_id], now
    LegacyRecord.objects.bulk_update(changed, ["member", "applied_at"])


@dataclass(frozen=True, slots=True)
class Claim:
    """What is held of the account, locked; `is_new` is False when he had claimed it before."""

    records: list[LegacyRecord]
    is_new: bool


def claim_account(*, legacy_id: int, member_id: int, now: datetime) -> Claim | None:
    """Makes the account this member's; None when it is another's."""
    account, _ = LegacyAccount.objects.get_or_create(legacy_id=legacy_id)
    # Two members at once: the row decides who was first.
    free = LegacyAccount.objects.filter(pk=account.pk, member=None)
    is_new = free.update(member_id=member_id, claimed_at=now) == 1
    if not is_new:
        account.refresh_from_db()
        if account.member_id != member_id:
            return None
    # Index legacy_record_held.
    held = LegacyRecord.objects.select_for_update().filter(owner_id=legacy_id, member=None)
    return Claim(list(held.order_by("pk")), is_new)


def meet_legacy_member(telegram_id: int, *, now: datetime) -> int:
    """The member's number, made if he has never been here."""
    member, _ = create_member(Contact(telegram_id), now=now)
    return member.pk


def fill_profile(*, member_id: int, profile: Mapping[str, str]) -> None:
    """Writes what an older bot knew where nothing is known; what he shows today stays."""
    member = Member.objects.get(pk=member_id)
    changed: dict[str, Any] = {}
    names = {name: profile.get(name, "")[:NAME_LENGTH_MAX] for name in ("first_name", "last_name")}
    if any(names.values()) and not (member.first_name or member.last_name):
        changed |= names
    username = profile.get("username", "")
    if username and not member.username and not _is_taken(username):
        changed["username"] = username
    language = profile.get("language", "")
    if language in dict(settings.LANGUAGES) and not member.language:
        changed["language"] = language
    joined = profile.get("joined_at", "")
    if joined and datetime.fromisoformat(joined) < member.joined_at:
        changed["joined_at"] = datetime.fromisoformat(joined)
    if changed:
        Member.objects.filter(pk=member_id).update(**changed)


def add_invited(*, member_id: int, count: int) -> None:
    """Whom he had invited to the older bot counts here too."""
    Member.objects.filter(pk=member_id).update(invited_count=F("invited_count") + count)


def _is_taken(username: str) -> bool:
    """A username belongs to the member who last showed it. Index member_username_unique."""
    return Member.objects.filter(Exact(Lower("username"), username.lower())).exists()
