"""The sessions that are alive, for the people whose they are."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from accounts.devices import name_device
from accounts.models import StaffSession

# Of other users, on a superuser's page.
OTHERS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class LiveSession:
    pk: int
    user: User
    device: str
    user_agent: str
    address: str
    since: datetime
    seen_at: datetime
    is_this: bool


def list_own(user: User, key: str, now: datetime) -> list[LiveSession]:
    """The one that asks first, then those seen last."""
    rows = _list(StaffSession.objects.filter(user=user), key, now)
    return sorted(rows, key=lambda row: not row.is_this)


def list_others(user: User, now: datetime) -> list[LiveSession]:
    return _list(StaffSession.objects.exclude(user=user), "", now)


def _list(rows: QuerySet[StaffSession], key: str, now: datetime) -> list[LiveSession]:
    found = rows.filter(session__expire_date__gt=now).select_related("session", "user")
    return [
        LiveSession(
            pk=row.pk,
            user=row.user,
            device=name_device(row.user_agent),
            user_agent=row.user_agent,
            address=row.address or "Unknown",
            since=row.created_at,
            seen_at=row.seen_at,
            is_this=row.session_id == key,
        )
        for row in found.order_by("-seen_at")[:OTHERS_SHOWN]
        if _is_alive(row.session, row.user)
    ]


def _is_alive(session: Session, user: User) -> bool:
    """A changed password, or a user switched off, ends sessions that nobody has used since."""
    content = session.get_decoded()
    return (
        user.is_active
        and content.get(SESSION_KEY) == str(user.pk)
        and constant_time_compare(content.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
