"""The folders that hold backups: each backup a folder in it, complete or not there at all."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings

from .errors import BackupFailed
from .manifest import MANIFEST, Backup, read_manifest

PRIMARY, SECOND, EMERGENCY = "primary", "second", "emergency"
# A bucket and no folder: see s3.
S3 = "s3"
DRAFT_PREFIX = ".draft-"
# What is opened or fetched to be looked at, in the folder to work in.
OPENED_PREFIX = "opened-"
# What a killed process left open is older.
OPENED_SECONDS_MAX = 86_400
# What is kept where nothing is meant to be kept.
EMERGENCY_KEPT = 2


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    folder: Path

    def make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A folder that should be a backup and is none any more."""

    name: str
    place: str
    words: str


class Dated(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def moment(self) -> datetime: ...


Kept = TypeVar("Kept", bound=Dated)


def regular_places() -> list[Place]:
    places = [Place(PRIMARY, settings.BACKUP_DIR)]
    if settings.BACKUP_SECOND_DIR:
        places.append(Place(SECOND, Path(settings.BACKUP_SECOND_DIR)))
    return places


def emergency_place() -> Place:
    return Place(EMERGENCY, settings.BACKUP_EMERGENCY_DIR)


def all_places() -> list[Place]:
    return [*regular_places(), emergency_place()]


def list_backups() -> list[Backup]:
    """Of all places, newest first, those of one moment in the order of the places."""
    found = (backup for place in all_places() for backup, _ in _read(place) if backup)
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def list_damaged() -> list[Damaged]:
    return [damaged for place in all_places() for _, damaged in _read(place) if damaged]


def list_in(place: Place) -> list[Backup]:
    """Newest first."""
    found = (backup for backup, _ in _read(place) if backup)
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def prune(place: Place, now: datetime) -> None:
    """What cannot be read stays: somebody may still mend it."""
    backups = list_in(place)
    kept = backups[:EMERGENCY_KEPT] if place.name == EMERGENCY else choose_kept(backups, now)
    names = {backup.name for backup in kept}
    for backup in backups:
        if backup.name not in names:
            _drop(backup.folder)
    clear_drafts(place.folder)


def clear_drafts(folder: Path) -> None:
    """What a killed process left: nobody else works here meanwhile, see make._only_one."""
    for path in folder.glob(f"{DRAFT_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)


def clear_opened(work: Path) -> None:
    for left in work.glob(f"{OPENED_PREFIX}*"):
        if time.time() - left.stat().st_mtime > OPENED_SECONDS_MAX:
            shutil.rmtree(left, ignore_errors=True)


def choose_kept(backups: list[Kept], now: datetime) -> list[Kept]:
    """Of backups, newest first.

    Those that seem to come from the future are from before the clock was set back: they stay,
    and take nobody's turn.
    """
    hours: dict[str, Kept] = {}
    days: dict[str, Kept] = {}
    past = [backup for backup in backups if backup.moment <= now]
    for backup in past:
        hours.setdefault(f"{backup.moment:%Y%m%d%H}", backup)
        days.setdefault(f"{backup.moment:%Y%m%d}", backup)
    kept = [
        *past[: settings.BACKUP_KEEP_LAST],
        *list(hours.values())[: settings.BACKUP_KEEP_HOURLY],
        *list(days.values())[: settings.BACKUP_KEEP_DAILY],
    ]
    names = {backup.name for backup in kept}
    return [backup for backup in backups if backup.name in names or backup.moment > now]


def _read(place: Place) -> Iterator[tuple[Backup | None, Damaged | None]]:
    """A place that is away holds nothing."""
    try:
        paths = sorted(path for path in place.folder.iterdir() if (path / MANIFEST).is_file())
    except OSError:
        return
    for path in paths:
        if path.name.startswith(DRAFT_PREFIX):
            continue
        try:
            yield read_manifest(path, place.name), None
        except BackupFailed as error:
            yield None, Damaged(path.name, place.name, str(error))


def _drop(folder: Path) -> None:
    """Under another name first: half removed it must not pass for a backup."""
    with suppress(OSError):
        shutil.rmtree(folder.rename(folder.with_name(f"{DRAFT_PREFIX}{folder.name}")))
