"""One backup from the first byte to the verdict."""

import fcntl
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from project.incidents import close_incident, open_incident

from . import postgresql, s3, sqlite
from .deliver import Draft, deliver
from .errors import BackupBusy, BackupFailed, LedgerBroken, plain_words
from .ledger import Holdings
from .manifest import Backup
from .places import (
    DRAFT_PREFIX,
    PRIMARY,
    S3,
    SECOND,
    Place,
    all_places,
    clear_drafts,
    emergency_place,
    prune,
    regular_places,
)
from .runs import Journal

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5


def make_backup(*, patience_seconds: float = 0) -> Backup:
    """Copies database and uploads, proves the copy, brings it to its places, drops the oldest.

    Raises BackupFailed; then no backup is lost. BackupBusy when another one is still being
    made after so many seconds.
    """
    with _only_one(patience_seconds):
        now = timezone.now()
        journal = Journal(now)
        try:
            backup, failures = _make(now, journal)
        except BackupBusy:
            journal.give_back()
            raise
        except (BackupFailed, OSError, DatabaseError) as error:
            words = plain_words(error)
            journal.fail(words)
            _tell_incidents({"failed": words}, now)
            logger.error("Backup failed: %s", words)
            raise BackupFailed(words) from error
        if backup.place == S3:
            journal.succeed(backup)
        _tell_incidents(failures, now)
    logger.info("Backup %s: %d bytes in %.1f s", backup.name, backup.bytes, backup.seconds)
    return backup


def _make(now: datetime, journal: Journal) -> tuple[Backup, dict[str, str]]:
    """The backup in the first place that took it, and what other places said against it."""
    started = time.monotonic()
    # The name sorts by time; two in one second differ.
    name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    failures: dict[str, str] = {}
    for place in all_places():
        clear_drafts(place.folder)
    with _copied(name, journal) as (file, holdings):
        draft = Draft(name=name, made_at=now, file=file, holdings=holdings, started=started)
        taken = _bring(draft, regular_places(), failures, journal)
        taken = taken or _bring(draft, [emergency_place()], failures, journal)
        if taken:
            # A bucket may take its time: this one is good whatever becomes of that.
            journal.succeed(taken[0])
        if s3.is_on():
            taken += _bring_away(draft, taken, failures)
    if not taken:
        raise BackupFailed("; ".join(f"{place}: {words}" for place, words in failures.items()))
    return taken[0], failures


def _bring(
    draft: Draft, places: list[Place], failures: dict[str, str], journal: Journal
) -> list[Backup]:
    taken = []
    for place in places:
        journal.say(f"Bringing it to the {place.name} place")
        try:
            taken.append(deliver(draft, place))
            prune(place, draft.made_at)
        except (BackupFailed, OSError) as error:
            failures[place.name] = plain_words(error)
            logger.error("The %s place took no backup: %s", place.name, failures[place.name])
    return taken


def _bring_away(draft: Draft, taken: list[Backup], failures: dict[str, str]) -> list[Backup]:
    """To the bucket, of what a folder took; of a draft beside the copy where none did."""
    staging, stored = Place(S3, draft.file.parent / S3), []
    try:
        stored.append(s3.bring(taken[0] if taken else deliver(draft, staging)))
        s3.prune(draft.made_at, stored[0])
    except (BackupFailed, OSError) as error:
        failures[S3] = plain_words(error)
        logger.error("The S3 place took no backup: %s", failures[S3])
    return stored


@contextmanager
def _copied(name: str, journal: Journal) -> Iterator[tuple[Path, Holdings]]:
    """A proven copy, in the first folder that has room for it; gone afterwards."""
    reason: Exception = BackupFailed("There is no folder to work in.")
    for folder in _workshops():
        draft = folder / f"{DRAFT_PREFIX}{name}-copy"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.mkdir(mode=0o700)
            copy = _copy(draft, journal)
        except (LedgerBroken, BackupBusy):
            shutil.rmtree(draft, ignore_errors=True)
            raise
        except (BackupFailed, OSError) as error:
            shutil.rmtree(draft, ignore_errors=True)
            logger.warning("No copy in %s: %s", folder, error)
            reason = error
            continue
        try:
            yield copy
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return
    raise reason


def _workshops() -> list[Path]:
    """Where nothing may lie open that is sealed in its place, only our own folder will do."""
    own: list[Path] = [settings.BACKUP_WORK_DIR]
    return own if settings.BACKUP_PASSPHRASE else [*own, *(p.folder for p in all_places())]


def _copy(draft: Path, journal: Journal) -> tuple[Path, Holdings]:
    if connection.vendor == "sqlite":
        file = draft / sqlite.FILE

        def tell(done: int, total: int) -> None:
            journal.say(f"Copying the database: {100 * done // max(total, 1)} %")

        return file, sqlite.copy_sqlite(file, tell)
    journal.say("Dumping the database")
    file = draft / postgresql.FILE
    return file, postgresql.dump_postgresql(file)


def _tell_incidents(failures: dict[str, str], now: datetime) -> None:
    """Which places took nothing, and which do again; the whole backup under `failed`."""
    try:
        # Also of a place that is no longer in the settings.
        for name in ("failed", PRIMARY, SECOND, S3):
            cause = f"backup.{name}"
            if name in failures:
                open_incident(cause, failures[name], now)
            elif "failed" not in failures:
                close_incident(cause, now)
    except DatabaseError as error:
        logger.warning("Nobody can be told of a backup: %s", type(error).__name__)


@contextmanager
def _only_one(patience_seconds: float) -> Iterator[None]:
    """On this machine; on PostgreSQL the dump itself sees to the others."""
    folder: Path = settings.BACKUP_WORK_DIR
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The folder and not a file in it: a full disk must not keep us from locking.
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BackupFailed(f"The folder {folder} cannot be used: {error.strerror}") from error
    try:
        end = time.monotonic() + patience_seconds
        while not _is_locked(handle):
            if time.monotonic() >= end:
                raise BackupBusy()
            time.sleep(POLL_SECONDS)
        clear_drafts(folder)
        yield
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
