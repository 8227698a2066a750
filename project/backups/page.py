"""What the page of backups shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.cache import cache

from project.incidents import list_open
from project.models import BackupCheck, BackupRun, Incident, RestoreDrill

from . import s3
from .errors import BackupFailed
from .figures import last_backup
from .manifest import Backup
from .places import list_backups, list_damaged, regular_places
from .runs import find_running, is_ordered

# An order that no worker takes up is no reason to go on loading the page.
PATIENCE = timedelta(minutes=10)
FAR_SECONDS, FAR_PATIENCE_SECONDS = 15, 5.0


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup in one place, and what is known of it. No words: nothing is wrong."""

    place: str
    checked_at: datetime
    words: str
    was_checked_again: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`backup` is none where its description cannot be read any more."""

    name: str
    backup: Backup | None
    copies: list[Copy]


@dataclass(frozen=True, slots=True)
class Far:
    """What lies in the bucket, as it answered last; words where it did not."""

    stored: tuple[s3.Stored, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    newest: str
    note: str
    is_good: bool
    running: BackupRun | None
    is_waiting: bool
    incidents: list[Incident]
    drill: RestoreDrill | None
    every_minutes: int
    kept: tuple[int, int, int]
    places: int
    far: Far | None
    is_sealed: bool

    @property
    def is_busy(self) -> bool:
        return self.running is not None or self.is_waiting


def read_state(now: datetime) -> State:
    reading = last_backup(now)
    running = find_running()
    return State(
        newest=str(reading.value),
        note=reading.note,
        is_good=reading.state == "good",
        running=running,
        is_waiting=running is None and is_ordered(since=now - PATIENCE),
        incidents=list_open("backup"),
        drill=RestoreDrill.objects.order_by("-drilled_at").first(),
        every_minutes=settings.BACKUP_EVERY_MINUTES,
        kept=(
            settings.BACKUP_KEEP_LAST,
            settings.BACKUP_KEEP_HOURLY,
            settings.BACKUP_KEEP_DAILY,
        ),
        places=len(regular_places()) + s3.is_on(),
        far=read_far(),
        is_sealed=bool(settings.BACKUP_PASSPHRASE),
    )


def read_far() -> Far | None:
    """None where there is no such place. Asked at most so often, and not waited for long."""
    if not s3.is_on():
        return None
    return cache.get_or_set("backups.far", _ask_far, FAR_SECONDS)


def _ask_far() -> Far:
    try:
        return Far(tuple(s3.list_stored(patience_seconds=FAR_PATIENCE_SECONDS)))
    except BackupFailed as error:
        return Far(words=str(error))


def list_rows() -> list[Row]:
    """Newest first, the copies of one backup together; only what this machine sees."""
    checks = {(check.name, check.place): check for check in BackupCheck.objects.all()}
    rows = [
        Row(name, copies[0], [_copy(backup, checks) for backup in copies])
        for name, copies in _by_name(list_backups())
    ]
    damaged = [
        Row(found.name, None, [Copy(found.place, datetime.min, found.words, True)])
        for found in list_damaged()
    ]
    return sorted([*rows, *damaged], key=lambda row: row.name, reverse=True)


def find_copy(place: str, name: str) -> Backup | None:
    wanted = (b for b in list_backups() if (b.place, b.name) == (place, name))
    return next(wanted, None)


def _by_name(backups: list[Backup]) -> list[tuple[str, list[Backup]]]:
    by_name = sorted(backups, key=lambda backup: backup.name, reverse=True)
    return [(name, list(copies)) for name, copies in groupby(by_name, lambda backup: backup.name)]


def _copy(backup: Backup, checks: dict[tuple[str, str], BackupCheck]) -> Copy:
    check = checks.get((backup.name, backup.place))
    if check is None:
        return Copy(backup.place, backup.moment, "", False)
    return Copy(backup.place, check.checked_at, check.words, True)
