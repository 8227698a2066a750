"""Keeps a member out, or his points still. Points are frozen by both, never wiped."""

from datetime import datetime

from django.db import transaction

from accounts.errors import AlreadyBanned, AlreadyFrozen, NotBanned, NotFrozen, StaffProtected
from accounts.models import Member

from .audit import Actor, record
from .outbox import queue_message
from .people import clean_reason, lock_member


@transaction.atomic
def ban(*, member_id: int, actor: Actor, reason: str, now: datetime) -> Member:
    """He is told at his next contact, once.

    Raises ReasonRequired, AlreadyBanned, StaffProtected, MemberGone.
    """
    reason = clean_reason(reason)
    member = lock_member(member_id)
    if member.is_banned:
        raise AlreadyBanned()
    if member.staff_user_id is not None:
        raise StaffProtected()
    member.banned_at, member.ban_reason, member.ban_told_at = now, reason, None
    member.save(update_fields=["banned_at", "ban_reason", "ban_told_at"])
    record("member.ban", actor=actor, member=member, reason=reason)
    return member


@transaction.atomic
def unban(*, member_id: int, actor: Actor, reason: str, now: datetime) -> Member:
    """Raises ReasonRequired, NotBanned, MemberGone."""
    reason = clean_reason(reason)
    member = lock_member(member_id)
    if not member.is_banned:
        raise NotBanned()
    banned_at = member.banned_at
    member.banned_at, member.ban_reason, member.ban_told_at = None, "", None
    member.save(update_fields=["banned_at", "ban_reason", "ban_told_at"])
    record("member.unban", actor=actor, member=member, reason=reason)
    _tell(member, "accounts.unbanned", f"{banned_at:%Y%m%d%H%M%S%f}", now)
    return member


@transaction.atomic
def freeze(*, member_id: int, actor: Actor, reason: str, now: datetime) -> Member:
    """Raises ReasonRequired, AlreadyFrozen, StaffProtected, MemberGone."""
    reason = clean_reason(reason)
    member = lock_member(member_id)
    if member.frozen_at is not None:
        raise AlreadyFrozen()
    if member.staff_user_id is not None:
        raise StaffProtected()
    member.frozen_at = now
    member.save(update_fields=["frozen_at"])
    record("member.freeze", actor=actor, member=member, reason=reason)
    if not member.is_banned:
        _tell(member, "accounts.frozen", f"{now:%Y%m%d%H%M%S%f}", now)
    return member


@transaction.atomic
def unfreeze(*, member_id: int, actor: Actor, reason: str, now: datetime) -> Member:
    """A ban keeps the points frozen all the same. Raises ReasonRequired, NotFrozen, MemberGone."""
    reason = clean_reason(reason)
    member = lock_member(member_id)
    if member.frozen_at is None:
        raise NotFrozen()
    frozen_at = member.frozen_at
    member.frozen_at = None
    member.save(update_fields=["frozen_at"])
    record("member.unfreeze", actor=actor, member=member, reason=reason)
    if not member.is_banned:
        _tell(member, "accounts.unfrozen", f"{frozen_at:%Y%m%d%H%M%S%f}", now)
    return member


def _tell(member: Member, kind: str, once: str, now: datetime) -> None:
    queue_message(kind=kind, key=f"{kind}:{member.pk}:{once}", member_id=member.pk, due_at=now)
