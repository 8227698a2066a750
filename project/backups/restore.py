"""Brings a backup back: checked first, put in place in one step, looked at afterwards."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from project.models import BackupRun

from . import restore_postgresql, restore_sqlite, s3
from .check import check_backup, opened
from .deliver import UPLOADS
from .errors import BackupFailed, plain_words
from .facts import Facts
from .files import copy_out
from .manifest import Backup
from .places import S3, list_backups

logger = logging.getLogger(__name__)

LATEST = "latest"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was there before is kept under the name `aside`."""

    backup: Backup
    aside: str
    before: Facts | None
    after: Facts


def find_backup(name: str, say: Say) -> Backup:
    """The named one, or the newest that passes every check; in whichever place it does.

    Raises BackupFailed. What is passed over is said aloud.
    """
    backups: list[Backup | s3.Stored] = [*list_backups(), *_list_far(say)]
    wanted = [backup for backup in backups if name in (backup.name, LATEST)]
    # The bucket knows whole seconds only: of one name the copies of this machine come first.
    wanted.sort(key=lambda backup: backup.moment, reverse=True)
    if name == LATEST:
        now = timezone.now()
        # Those from the future are from before the clock was set back.
        wanted.sort(key=lambda backup: backup.moment > now)
    if not wanted:
        raise BackupFailed(f"There is no backup {name!r}; there are {len(backups)} others.")
    for backup in wanted:
        place = backup.place if isinstance(backup, Backup) else S3
        try:
            return _proven(backup)
        except (BackupFailed, OSError) as error:
            words = plain_words(error)
            logger.error("Backup %s in the %s place: %s", backup.name, place, words)
            say(f"{backup.name} in the {place} place is no good: {words}")
    raise BackupFailed(f"None of the {len(wanted)} copies tried is good.")


def _proven(found: Backup | s3.Stored) -> Backup:
    """Raises BackupFailed or OSError."""
    backup = found if isinstance(found, Backup) else s3.fetch(found.name)
    try:
        check_backup(backup)
    except (BackupFailed, OSError):
        s3.discard(backup)
        raise
    return backup


def _list_far(say: Say) -> list[s3.Stored]:
    if not s3.is_on():
        return []
    try:
        return s3.list_stored()
    except BackupFailed as error:
        say(f"The S3 place is passed over. {error}")
        return []


def restore(backup: Backup, *, is_forced: bool = False, by_person: bool = True) -> Restored:
    """Of a backup that was checked. Raises BackupFailed; then nothing has changed."""
    try:
        return _restore(backup, is_forced=is_forced, by_person=by_person)
    finally:
        s3.discard(backup)


def _restore(backup: Backup, *, is_forced: bool, by_person: bool) -> Restored:
    if backup.vendor != connection.vendor:
        raise BackupFailed(
            f"It is of {backup.vendor} and the settings name {connection.vendor}:"
            " set DATABASE_URL accordingly."
        )
    is_sqlite = connection.vendor == "sqlite"
    read = restore_sqlite.read_live_facts if is_sqlite else restore_postgresql.read_live_facts
    before = read()
    # First: more files harm nobody, and fewer than its rows name would.
    _restore_uploads(backup)
    with opened(backup) as file:
        if is_sqlite:
            aside = str(restore_sqlite.put_in_place(file, is_forced=is_forced))
        else:
            aside = restore_postgresql.put_in_place(file, backup.holdings, is_forced=is_forced)
    after = read()
    if after is None:
        raise BackupFailed(f"What was put in place cannot be read; before it there was {aside}.")
    _end_run(backup)
    restored = Restored(backup, aside, before, after)
    _record(restored, is_forced=is_forced, by_person=by_person)
    logger.warning("Restored %s; what was there is kept as %s", backup.name, aside)
    return restored


def _record(restored: Restored, *, is_forced: bool, by_person: bool) -> None:
    """Who, which, and the difference; without the folders of this machine."""
    try:
        import_string(settings.RESTORE_RECORDER)(
            name=restored.backup.name,
            by_person=by_person,
            made_at=restored.backup.made_at,
            place=restored.backup.place,
            is_forced=is_forced,
            kept_as=Path(restored.aside).name,
            before=asdict(restored.before.holdings) if restored.before else None,
            now=asdict(restored.after.holdings),
        )
    except DatabaseError:
        logger.warning("The restore of %s is in no audit: migrate first", restored.backup.name)


def _restore_uploads(backup: Backup) -> None:
    """Uploaded files never change: what is there is right."""
    for stored in backup.uploads:
        target: Path = settings.MEDIA_ROOT / stored.path.removeprefix(f"{UPLOADS}/")
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.restoring")
            copy_out(
                backup.folder / stored.path,
                draft,
                is_sealed=backup.is_sealed,
                passphrase=settings.BACKUP_PASSPHRASE,
            )
            draft.replace(target)


def _end_run(backup: Backup) -> None:
    """The very run that made the backup was under way in it."""
    running = BackupRun.objects.filter(state=BackupRun.State.RUNNING)
    try:
        running.update(
            state=BackupRun.State.GOOD,
            stage="",
            finished_at=backup.moment,
            name=backup.name,
            bytes=backup.bytes,
            members=backup.holdings.members,
            points=backup.holdings.points,
        )
    except DatabaseError:
        logger.info("The backup is of an older release: migrate before the next start.")
