"""Puts a copy in the place of an SQLite database; what was there is kept beside it.

Whenever the process is ended, there is a whole database under the name: the old or the new one.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from django.db import connections

from .errors import BackupFailed, RestoreBusy
from .facts import Facts, read_facts
from .files import copy_out, sync
from .sqlite import check_sqlite, live_path, open_read_only

LOGS = ("-wal", "-shm")
ALONE_SECONDS = 0.5


def put_in_place(copy: Path, *, is_forced: bool) -> Path:
    """Returns where the database that was there is kept. Raises BackupFailed."""
    live = live_path()
    connections.close_all()
    with _one_at_a_time(live.parent):
        draft = live.with_name(f"{live.name}.restoring")
        try:
            # Before anything changes: the disk may be full, and the copy is checked where it lies.
            copy_out(copy, draft, is_sealed=False, passphrase="")
            check_sqlite(draft)
            with _alone(live, is_forced=is_forced):
                aside = _keep_aside(live)
                # A log of another database would be read into the copy.
                for suffix in LOGS:
                    live.with_name(live.name + suffix).unlink(missing_ok=True)
                draft.replace(live)
        finally:
            draft.unlink(missing_ok=True)
    sync(live.parent)
    return aside


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Raises RestoreBusy."""
    # The folder and not a file in it: a full disk must not keep us from locking.
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RestoreBusy() from None
        yield
    finally:
        os.close(handle)


def read_live_facts() -> Facts | None:
    """None where the database cannot be read any more."""
    try:
        with closing(open_read_only(live_path())) as database:
            return read_facts(lambda sql: database.execute(sql).fetchone())
    except sqlite3.Error:
        return None


def list_users(live: Path) -> list[str]:
    """Other processes of this machine that have the file open, where the system tells."""
    names = {str(live), *(f"{live}{suffix}" for suffix in LOGS)}
    users = []
    for folder in Path("/proc").glob("[0-9]*"):
        if folder.name == str(os.getpid()):
            continue
        with suppress(OSError):
            if any(_target(link) in names for link in (folder / "fd").iterdir()):
                command = (folder / "cmdline").read_bytes().split(b"\0")
                words = " ".join(word.decode(errors="replace") for word in command[1:4])
                users.append(f"process {folder.name} ({words.strip() or 'unknown'})")
    return sorted(users)


@contextmanager
def _alone(live: Path, *, is_forced: bool) -> Iterator[None]:
    """Nobody else opens the database meanwhile. Raises BackupFailed when somebody has it open.

    Leaving WAL needs every other connection to be closed, and brings the log's transactions
    home. A damaged file cannot be asked and keeps its log.
    """
    if not live.exists():
        yield
        return
    if not is_forced and (users := list_users(live)):
        raise _in_use(users)
    with closing(sqlite3.connect(live, timeout=ALONE_SECONDS, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE").fetchone()
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not is_forced:
                raise _in_use([str(error)]) from error
            with suppress(sqlite3.Error):
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError:
            pass
        yield


def _in_use(users: list[str]) -> BackupFailed:
    return BackupFailed(
        f"The database is in use: {', '.join(users)}. Stop Tallyhouse first; with --force what"
        " they write from now on is lost, and they must be started anew."
    )


def _keep_aside(live: Path) -> Path:
    """A second name for what is there."""
    aside = live.with_name(f"{live.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    for suffix in ("", *LOGS):
        file = live.with_name(live.name + suffix)
        if file.exists():
            _link_or_copy(file, aside.with_name(aside.name + suffix))
    return aside


def _link_or_copy(file: Path, target: Path) -> None:
    try:
        target.hardlink_to(file)
    except OSError:
        shutil.copy2(file, target)
        sync(target)


def _target(link: Path) -> str:
    return os.readlink(link)
