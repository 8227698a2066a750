"""Copies of an SQLite database, made while everybody goes on writing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.db import connection

from .errors import BackupFailed
from .ledger import Holdings, read_holdings

FILE = "database.sqlite3"
PAGES_PER_STEP = 4_096
BUSY_SECONDS = 60

# What was copied and how much there is, in pages.
Progress = Callable[[int, int], None]


def live_path() -> Path:
    return Path(connection.settings_dict["NAME"]).resolve()


def copy_sqlite(target: Path, progress: Progress) -> Holdings:
    """By SQLite's online backup, of one moment: the one at which it began."""
    try:
        with closing(open_read_only(live_path())) as source, closing(sqlite3.connect(target)) as to:
            # Holds the moment while the copy goes on page by page: without it each write of
            # another process would start it anew.
            source.execute("BEGIN")
            source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            source.backup(
                to,
                pages=PAGES_PER_STEP,
                progress=lambda _, left, total: progress(total - left, total),
            )
            # The copy is one file from now on, without a log beside it.
            to.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"The database could not be copied: {error}") from error
    return check_sqlite(target)


def check_sqlite(path: Path) -> Holdings:
    """What a copy holds. Raises BackupFailed unless it is whole and adds up."""
    try:
        with closing(open_read_only(path)) as copy:
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupFailed(f"The copy is damaged: {verdict}")
            return read_holdings(lambda sql: copy.execute(sql).fetchone())
    except sqlite3.Error as error:
        raise BackupFailed(f"The copy cannot be read: {error}") from error


def open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
