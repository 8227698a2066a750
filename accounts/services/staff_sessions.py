"""Where staff are logged in: kept while they work, and ended by them or by a superuser."""

import ipaddress
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from accounts.devices import name_device
from accounts.models import StaffSession

from .audit import Actor, record

USER_AGENT_LENGTH = 300


def note_session(
    *, user: User, session_key: str, address: str, user_agent: str, now: datetime
) -> None:
    """A session that ends at this moment stays ended."""
    seen = {
        "user_id": user.pk,
        "address": _clean_address(address),
        "user_agent": "".join(c for c in user_agent if c.isprintable())[:USER_AGENT_LENGTH],
        "seen_at": now,
    }
    if StaffSession.objects.filter(session_id=session_key).update(**seen):
        return
    with suppress(IntegrityError), transaction.atomic():
        StaffSession.objects.create(session_id=session_key, **seen)


@transaction.atomic
def end_session(*, session_id: int, by: User, actor: Actor) -> bool:
    """One's own, or for a superuser anybody's. False: there is none such to end."""
    found = StaffSession.objects.select_related("user").filter(pk=session_id)
    row = (found if by.is_superuser else found.filter(user=by)).first()
    if row is None:
        return False
    deleted, _ = Session.objects.filter(pk=row.session_id).delete()
    if deleted:
        record(
            "session.end",
            actor=actor,
            target=row.user,
            device=name_device(row.user_agent),
            address=row.address or "",
        )
    return bool(deleted)


@transaction.atomic
def end_other_sessions(*, user: User, kept_key: str, actor: Actor, reason: str = "") -> int:
    """All of the user's but the one with this key; how many there were."""
    keys = StaffSession.objects.filter(user=user).exclude(session_id=kept_key)
    ended = list(keys.values_list("session_id", flat=True))
    Session.objects.filter(pk__in=ended).delete()
    if ended:
        record("session.end_others", actor=actor, target=user, reason=reason, count=len(ended))
    return len(ended)


def _clean_address(address: str) -> str | None:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
