"""Who did what to whom, from where and why."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import AuditEntry, Member


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the staff, or a command, as the audit and the ledger name him."""

    origin: AuditEntry.Origin
    label: str
    user_id: int | None = None


SYSTEM = Actor(AuditEntry.Origin.SYSTEM, "system")
COMMAND = Actor(AuditEntry.Origin.COMMAND, "command line")


def web_actor(user: AbstractBaseUser | AnonymousUser) -> Actor:
    return Actor(AuditEntry.Origin.WEB, str(user), user.pk)


def bot_actor(member: Member) -> Actor:
    """The staff user behind a member. The caller has checked his permission."""
    assert member.staff_user is not None
    return Actor(AuditEntry.Origin.BOT, str(member.staff_user), member.staff_user.pk)


def remembered_actor(origin: str, label: str, user_id: int | None) -> Actor:
    """Who ordered what is done later, as the order's row remembers him."""
    return Actor(AuditEntry.Origin(origin), label, user_id)


def member_actor(member: Member) -> Actor:
    """A member who acts on his own account. Named by his number, as in `record`."""
    return Actor(AuditEntry.Origin.BOT, f"Member {member.pk}")


def record(
    action: str,
    *,
    actor: Actor,
    member: Member | None = None,
    target: object = "",
    reason: str = "",
    **details: Any,
) -> None:
    """Writes one audit entry; call it inside the transaction of the act itself.

    The member is named by his number: an entry cannot be changed, and his name must be
    able to go when he deletes his data.
    """
    AuditEntry.objects.create(
        action=action,
        origin=actor.origin,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        member_id=member.pk if member else None,
        member_label=f"Member {member.pk}" if member else "",
        target=str(target)[:200],
        reason=reason[:500],
        details=details,
    )
