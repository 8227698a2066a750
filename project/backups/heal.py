"""At the start: a damaged SQLite database is set aside and the newest good backup restored."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.db import connection

from .errors import BackupFailed
from .places import list_backups
from .restore import LATEST, Restored, find_backup, restore
from .sqlite import live_path

logger = logging.getLogger(__name__)

CAUSE = "backup.restored"
CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def heal(say: Callable[[str], None]) -> Restored | None:
    """Raises BackupFailed when it is damaged and there is nothing to restore.

    Nobody else may use the database: ./run holds its folder.
    """
    if connection.vendor != "sqlite":
        return None
    live = live_path()
    if not live.exists():
        if backups := list_backups():
            say(f"There is no database, and a backup of {backups[0].moment:%d %b %Y, %H:%M} UTC:"
                " to have it back, stop this and use manage.py restore latest")  # fmt: skip
        return None
    if live.stat().st_size == 0 and not list_backups():
        # Nothing was ever in it.
        return None
    damage = find_damage(live)
    if not damage:
        return None
    logger.error("The database is damaged: %s", damage)
    say(f"THE DATABASE IS DAMAGED: {damage}")
    restored = restore(find_backup(LATEST, say), is_forced=True, by_person=False)
    say(f"Restored {restored.backup.name}; the damaged one is kept as {restored.aside}")
    return restored


def find_damage(live: Path) -> str:
    """What is wrong with it, in words; nothing when it can be used.

    A database that is locked, or a disk that fails, is none that a backup would mend.
    """
    if live.stat().st_size == 0:
        return "the file is empty"
    try:
        with closing(sqlite3.connect(live, isolation_level=None)) as database:
            verdict = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in CORRUPT:
            return str(error)
        raise BackupFailed(f"The database cannot be opened: {error}") from error
    return "" if verdict == "ok" else verdict.splitlines()[-1]


def describe(restored: Restored) -> str:
    """For the dashboard and the chats: without the folders of this machine."""
    moment = restored.backup.moment
    return (
        f"The database was damaged at the start. The backup of {moment:%d %b %Y, %H:%M} UTC was"
        f" restored; the damaged one is kept as {Path(restored.aside).name}."
    )
