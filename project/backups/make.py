"""One backup from the first byte to the verdict."""

import fcntl
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from . import store
from .databases import BackupFailed, copy_database
from .store import DRAFT_PREFIX, Backup

logger = logging.getLogger(__name__)


def make_backup() -> Backup:
    """Copies the database and the uploaded files, checks the copy, keeps it, drops the oldest.

    Raises BackupFailed; then the reason is kept for the dashboard and no backup is lost.
    """
    now = timezone.now()
    with _only_one():
        try:
            backup = _make(now)
        except (BackupFailed, OSError) as error:
            store.note_failure(str(error), now)
            logger.error("Backup failed: %s", error)
            raise BackupFailed(str(error)) from error
        store.prune()
    logger.info("Backup %s: %d bytes in %.1f s", backup.name, backup.bytes, backup.seconds)
    return backup


def _make(now: datetime) -> Backup:
    started = time.monotonic()
    # The name sorts by time; two in one second differ.
    name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    draft = store.folder() / f"{DRAFT_PREFIX}{name}"
    draft.mkdir(mode=0o700)
    try:
        copy = copy_database(draft)
        uploads = _copy_uploads(draft / "uploads")
        backup = Backup(
            name=name,
            made_at=now.isoformat(),
            database=copy.file,
            bytes=(draft / copy.file).stat().st_size,
            seconds=round(time.monotonic() - started, 2),
            members=copy.members,
            points=copy.points,
            uploads=uploads,
        )
        store.keep(draft, backup)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return backup


def _copy_uploads(target: Path) -> int:
    """Uploaded files are never changed after they were stored: a second name for each will do."""
    source = settings.MEDIA_ROOT
    count = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            count += _link_or_copy(path, place)
    return count


def _link_or_copy(path: Path, place: Path) -> bool:
    """False when the file went meanwhile, as an import's draft does once it is confirmed."""
    try:
        os.link(path, place)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copy2(path, place)
    return True


@contextmanager
def _only_one() -> Iterator[None]:
    with (store.folder() / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("Another backup is being made at this moment.") from None
        yield
