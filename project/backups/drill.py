"""Restores the newest backup to where nobody works, to see that it can be done."""

import logging
import shutil
import tempfile
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from project.incidents import close_incident, open_incident
from project.models import RestoreDrill

from . import s3
from .check import check_files, keep_verdict, list_good, opened
from .deliver import UPLOADS
from .errors import BackupFailed, plain_words
from .files import copy_out
from .manifest import Backup
from .places import OPENED_PREFIX
from .postgresql import check_same
from .restore_postgresql import scratch
from .sqlite import check_sqlite

logger = logging.getLogger(__name__)

CAUSE = "backup.drill"
# Half a year of weeks.
DRILLS_KEPT = 26


def drill() -> RestoreDrill:
    """Keeps what came of it; a failure is an incident until the next one succeeds."""
    now, started = timezone.now(), time.monotonic()
    done = RestoreDrill(drilled_at=now)
    try:
        backup = _choose(now)
        done.name = backup.name
        _rehearse(backup)
        _rehearse_far()
        held = backup.holdings
        done.members, done.points, done.entries = held.members, held.points, held.entries
    except (BackupFailed, OSError, DatabaseError) as error:
        done.error = plain_words(error)[:300]
        logger.error("The restore drill failed: %s", done.error)
    done.seconds = round(time.monotonic() - started, 2)
    done.save()
    old = RestoreDrill.objects.order_by("-drilled_at").values("pk")[DRILLS_KEPT:]
    RestoreDrill.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    if done.error:
        open_incident(CAUSE, done.error, now)
    else:
        close_incident(CAUSE, now)
    return done


def _rehearse_far() -> None:
    """From the bucket too, as on the day when all disks are gone."""
    if not s3.is_on():
        return
    newest = next(iter(s3.list_stored()), None)
    if newest is None:
        raise BackupFailed("The S3 place holds no backup.")
    with s3.fetched(newest.name) as backup:
        _rehearse(backup)


def _choose(now: datetime) -> Backup:
    backup = next(iter(list_good(now)), None)
    if backup is None:
        raise BackupFailed("There is no good backup to restore.")
    return backup


def _rehearse(backup: Backup) -> None:
    try:
        check_files(backup)
    except BackupFailed as error:
        # Its bytes have changed: nobody calls it good any more, and the next drill passes it over.
        keep_verdict(backup.name, backup.place, plain_words(error), timezone.now())
        raise
    with tempfile.TemporaryDirectory(prefix=OPENED_PREFIX, dir=_room_for(backup)) as folder:
        _restore_uploads(backup, Path(folder) / UPLOADS)
        with opened(backup) as file:
            if backup.vendor == "sqlite":
                copy = Path(folder) / file.name
                shutil.copyfile(file, copy)
                check_same(check_sqlite(copy), backup.holdings)
            else:
                with scratch(file, backup.holdings, "_drill"):
                    pass


def _restore_uploads(backup: Backup, folder: Path) -> None:
    for number, stored in enumerate(backup.uploads):
        folder.mkdir(exist_ok=True)
        size, _ = copy_out(
            backup.folder / stored.path,
            folder / str(number),
            is_sealed=backup.is_sealed,
            passphrase=settings.BACKUP_PASSPHRASE,
        )
        if size != stored.source_bytes:
            raise BackupFailed(f"{stored.path} does not come back as it was.")
        (folder / str(number)).unlink()


def _room_for(backup: Backup) -> Path:
    work: Path = settings.BACKUP_WORK_DIR
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(work).free < 2 * backup.database.bytes:
        raise BackupFailed("There is no room to restore it beside the present database.")
    return work
