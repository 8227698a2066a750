"""Is a kept backup still what was written, does it open, and does it add up?"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from project.models import BackupCheck

from . import s3
from .errors import BackupFailed, BucketAway, plain_words
from .files import copy_out, sum_file
from .ledger import Holdings
from .manifest import Backup
from .places import OPENED_PREFIX, S3, clear_opened, list_backups
from .postgresql import check_dump, check_same
from .sqlite import check_sqlite


def check_backup(backup: Backup) -> None:
    """Raises BackupFailed, with what is wrong with it."""
    check_files(backup)
    with opened(backup) as file:
        check_same(check_database(file, backup.vendor), backup.holdings)


def check_files(backup: Backup) -> None:
    """Every byte of it, by the sums of its manifest."""
    for file in backup.files:
        try:
            found = sum_file(backup.folder / file.path)
        except OSError as error:
            raise BackupFailed(f"{file.path} cannot be read: {error.strerror}") from error
        if found != (file.bytes, file.sha256):
            raise BackupFailed(f"{file.path} was changed or damaged.")


def check_database(file: Path, vendor: str) -> Holdings:
    return check_sqlite(file) if vendor == "sqlite" else check_dump(file)


@contextmanager
def opened(backup: Backup) -> Iterator[Path]:
    """Its database as a file that can be read; a sealed one is opened for as long as this."""
    stored = backup.folder / backup.database.path
    if not backup.is_sealed:
        yield stored
        return
    work: Path = settings.BACKUP_WORK_DIR
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    clear_opened(work)
    with tempfile.TemporaryDirectory(prefix=OPENED_PREFIX, dir=work) as folder:
        file = Path(folder) / backup.database.path
        copy_out(stored, file, is_sealed=True, passphrase=settings.BACKUP_PASSPHRASE)
        yield file


def verify_again(name: str, now: datetime) -> str:
    """Looks at every copy of a backup and keeps what it found; no words: all is well."""
    found = []
    for backup in list_backups():
        if backup.name != name:
            continue
        words = ""
        try:
            check_backup(backup)
        except (BackupFailed, OSError) as error:
            words = plain_words(error)
        found.append(keep_verdict(name, backup.place, words, now))
    if s3.is_on():
        found.append(_verify_far(name, now))
    return " ".join(filter(None, found))


def _verify_far(name: str, now: datetime) -> str:
    """A bucket that does not answer says nothing about what lies there."""
    try:
        if name not in {stored.name for stored in s3.list_stored()}:
            return ""
        with s3.fetched(name) as backup:
            check_backup(backup)
    except BucketAway as error:
        return str(error)
    except (BackupFailed, OSError) as error:
        return keep_verdict(name, S3, plain_words(error), now)
    return keep_verdict(name, S3, "", now)


def keep_verdict(name: str, place: str, words: str, now: datetime) -> str:
    """What the last look at a copy found, for the page and list_good; returns the words."""
    BackupCheck.objects.update_or_create(
        name=name, place=place, defaults={"checked_at": now, "words": words[:300]}
    )
    return words


def list_good(now: datetime) -> list[Backup]:
    """Newest first; without those that the last look found damaged and those from the future."""
    damaged = set(BackupCheck.objects.exclude(words="").values_list("name", "place"))
    backups = (backup for backup in list_backups() if backup.moment <= now)
    return [backup for backup in backups if (backup.name, backup.place) not in damaged]
