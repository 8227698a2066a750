"""Puts a backup of an SQLite database in place; the present one is kept aside."""

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from project.backups import Backup, BackupFailed, list_backups
from project.backups.databases import check_sqlite
from project.backups.store import sync
from project.running.preflight import CannotStart, claim_folder

LOGS = ("-wal", "-shm")


class Command(BaseCommand):
    help = "Restores a backup by its name, or the newest one. Stop Tallyhouse first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="as the page Backups lists it, or: latest")

    def handle(self, *args: Any, **options: Any) -> None:
        backup = _find(options["name"])
        if connection.vendor != "sqlite":
            raise CommandError(
                "For PostgreSQL: pg_restore --clean --if-exists --no-owner"
                f" --single-transaction --dbname=NAME {backup.folder / backup.database}"
            )
        try:
            with claim_folder(settings.VAR_DIR):
                aside = _put_in_place(backup)
        except (CannotStart, BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored {backup.name}: {backup.members} members, {backup.points} points."
            f" What was there before is {aside}."
        )


def _find(name: str) -> Backup:
    backups = list_backups()
    for backup in backups:
        if name in (backup.name, "latest"):
            return backup
    raise CommandError(f"There is no backup {name!r}; there are {len(backups)} others.")


def _put_in_place(backup: Backup) -> Path:
    """The copy is checked again before anything changes, and takes its place in one step.

    Whenever the process is ended, there is a database under the name: the old one or the copy.
    """
    check_sqlite(backup.folder / backup.database)
    live = Path(connection.settings_dict["NAME"])
    connections.close_all()
    draft = live.with_name(f"{live.name}.restoring")
    try:
        _copy_whole(backup.folder / backup.database, draft)
        aside = _keep_aside(live)
        # A log of another database would be read into the copy.
        for suffix in LOGS:
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        draft.replace(live)
    finally:
        draft.unlink(missing_ok=True)
    sync(live.parent)
    uploads = backup.folder / "uploads"
    if uploads.is_dir():
        shutil.copytree(
            uploads, settings.MEDIA_ROOT, copy_function=_copy_missing, dirs_exist_ok=True
        )
    return aside


def _copy_whole(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    # Nobody else's to read, whatever the umask is.
    target.touch(mode=0o600)
    shutil.copyfile(source, target)
    sync(target)


def _keep_aside(live: Path) -> Path:
    """A second name for what is there."""
    if live.exists():
        # Brings the log's transactions home; a damaged file is kept with its log as it is.
        with suppress(sqlite3.Error), closing(sqlite3.connect(live)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = live.with_name(f"{live.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
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


def _copy_missing(source: str, target: str) -> None:
    """Uploaded files never change: what is there is right, and may be the same file."""
    if not Path(target).exists():
        shutil.copy2(source, target)
