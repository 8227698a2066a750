"""Brings a proven copy to a place: whole and on the disk, or not at all."""

import os
import shutil
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from .errors import BackupFailed
from .files import copy_in, sum_file, sync, sync_tree
from .ledger import Holdings
from .manifest import Backup, StoredFile, write_manifest
from .places import DRAFT_PREFIX, Place, list_in
from .sealing import new_salt

UPLOADS = "uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proven copy on its way to its places."""

    name: str
    made_at: datetime
    file: Path
    holdings: Holdings
    # By the monotonic clock.
    started: float
    salt: bytes = field(default_factory=new_salt)


def deliver(draft: Draft, place: Place) -> Backup:
    """Raises BackupFailed or OSError; then nothing of it stays there."""
    place.make_folder()
    folder = place.folder / f"{DRAFT_PREFIX}{draft.name}"
    folder.mkdir(mode=0o700)
    try:
        backup = _fill(draft, place, folder)
        write_manifest(backup)
        sync_tree(folder)
        final = place.folder / draft.name
        folder.rename(final)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sync(place.folder)
    return replace(backup, folder=final)


def _fill(draft: Draft, place: Place, folder: Path) -> Backup:
    return Backup(
        name=draft.name,
        made_at=draft.made_at.isoformat(),
        vendor=connection.vendor,
        is_sealed=bool(settings.BACKUP_PASSPHRASE),
        holdings=draft.holdings,
        database=_store(draft, draft.file, folder, draft.file.name),
        uploads=tuple(_store_uploads(draft, place, folder)),
        seconds=round(time.monotonic() - draft.started, 2),
        folder=folder,
        place=place.name,
    )


def _store(draft: Draft, source: Path, folder: Path, path: str) -> StoredFile:
    """Raises FileNotFoundError, as when an import's draft goes once it is confirmed."""
    target, before = folder / path, source.stat()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    stored = copy_in(source, target, settings.BACKUP_PASSPHRASE, draft.salt)
    if sum_file(target) != stored:
        raise BackupFailed(f"The disk does not give back what was written: {path}")
    return StoredFile(
        path=path,
        bytes=stored[0],
        sha256=stored[1],
        source_bytes=before.st_size,
        source_ns=before.st_mtime_ns,
    )


def _store_uploads(draft: Draft, place: Place, folder: Path) -> list[StoredFile]:
    """What the last backup here has already gets a second name: uploads never change."""
    source = settings.MEDIA_ROOT
    older = next(iter(list_in(place)), None)
    known = {file.path: file for file in older.uploads} if older else {}
    is_alike = older is not None and older.is_sealed == bool(settings.BACKUP_PASSPHRASE)
    stored = []
    for file in sorted(source.rglob("*")) if source.is_dir() else ():
        path = f"{UPLOADS}/{file.relative_to(source).as_posix()}"
        try:
            if not file.is_file():
                continue
            kept = known.get(path) if is_alike else None
            if older and kept and _is_same(kept, file) and _link(older, kept, folder):
                stored.append(kept)
            else:
                stored.append(_store(draft, file, folder, path))
        except FileNotFoundError:
            (folder / path).unlink(missing_ok=True)
    return stored


def _is_same(kept: StoredFile, file: Path) -> bool:
    found = file.stat()
    return (kept.source_bytes, kept.source_ns) == (found.st_size, found.st_mtime_ns)


def _link(older: Backup, kept: StoredFile, folder: Path) -> bool:
    """False where it is gone or has another size, or the disk knows no second names."""
    target = folder / kept.path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if (older.folder / kept.path).stat().st_size != kept.bytes:
            return False
        os.link(older.folder / kept.path, target)
    except OSError:
        return False
    return True
