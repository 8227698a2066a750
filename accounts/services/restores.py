"""A restore stands in the audit of what it brought back: the database before it knows nothing."""

import getpass
import os
from typing import Any

from django.db import transaction

from accounts.models import AuditEntry

from .audit import Actor, record


@transaction.atomic
def record_restore(*, name: str, by_person: bool, **details: Any) -> None:
    """Which backup, what was there before and what is now. Without a person, by the start."""
    actor = Actor(AuditEntry.Origin.SYSTEM, "start")
    if by_person:
        actor = Actor(AuditEntry.Origin.COMMAND, f"command line ({_name_person()})")
    record("backup.restore", actor=actor, target=name, **details)


def _name_person() -> str:
    """As the machine knows him, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):
        return f"user {os.getuid()}"
