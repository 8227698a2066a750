"""The folder of backups: one folder each, complete or not there at all."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

SIDECAR = "backup.json"
FAILURE = "last_failure.json"
DRAFT_PREFIX = ".draft-"
# What is kept: the newest, the newest of each hour, the newest of each day.
KEEP_LAST, KEEP_HOURS, KEEP_DAYS = 12, 24, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What the sidecar says. `database` is the file's name; times are ISO, UTC."""

    name: str
    made_at: str
    database: str
    bytes: int
    seconds: float
    members: int
    points: int
    uploads: int

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def folder(self) -> Path:
        return folder() / self.name


def folder() -> Path:
    path: Path = settings.BACKUP_DIR
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def list_backups() -> list[Backup]:
    """The good ones, newest first; a folder without a readable sidecar is none."""
    return sorted(_read_all(), key=lambda backup: backup.made_at, reverse=True)


def keep(draft: Path, backup: Backup) -> None:
    """Makes a checked draft a backup: on the disk with all its content, then under its name."""
    (draft / SIDECAR).write_text(json.dumps(asdict(backup), indent=1), encoding="ascii")
    for path in (*draft.rglob("*"), draft):
        sync(path)
    draft.rename(backup.folder)
    sync(folder())
    (folder() / FAILURE).unlink(missing_ok=True)


def note_failure(words: str, now: datetime) -> None:
    text = json.dumps({"made_at": now.isoformat(), "words": words})
    (folder() / FAILURE).write_text(text, encoding="utf-8")


def last_failure() -> dict[str, str] | None:
    """Why the newest attempt failed; nothing when it did not."""
    try:
        failure: dict[str, str] = json.loads((folder() / FAILURE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return failure


def prune() -> None:
    kept = {backup.name for backup in choose_kept(list_backups())}
    for path in folder().iterdir():
        is_backup = path.is_dir() and (path / SIDECAR).exists()
        if (is_backup and path.name not in kept) or path.name.startswith(DRAFT_PREFIX):
            shutil.rmtree(path, ignore_errors=True)


def choose_kept(backups: list[Backup]) -> list[Backup]:
    """Of backups, newest first."""
    hours: dict[str, Backup] = {}
    days: dict[str, Backup] = {}
    for backup in backups:
        hours.setdefault(f"{backup.moment:%Y%m%d%H}", backup)
        days.setdefault(f"{backup.moment:%Y%m%d}", backup)
    chosen = {backup.name for backup in backups[:KEEP_LAST]}
    chosen |= {backup.name for backup in list(hours.values())[:KEEP_HOURS]}
    chosen |= {backup.name for backup in list(days.values())[:KEEP_DAYS]}
    return [backup for backup in backups if backup.name in chosen]


def sync(path: Path) -> None:
    """Has the disk keep a file or the names in a folder before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_all() -> Iterator[Backup]:
    for path in folder().glob(f"*/{SIDECAR}"):
        if path.parent.name.startswith(DRAFT_PREFIX):
            continue
        try:
            yield Backup(**json.loads(path.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            continue
