"""A bucket as a place for backups, beside the folders.

A backup is there from the moment its description is, which is written last:
`backups/<name>/backup.json` beside `backups/<name>/database…`. Uploaded files, which never
change, lie under `files/<sum>` once for all backups that hold them.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from .bucket import Bucket
from .errors import BackupFailed, BucketAway
from .manifest import MANIFEST, Backup, StoredFile, read_manifest
from .places import OPENED_PREFIX, S3, choose_kept, clear_opened

BACKUPS, FILES = "backups", "files"
# What a killed process left half written is older.
DRAFT_SECONDS_MAX = 86_400
NAME_FORMAT = "%Y%m%dT%H%M%SZ"
NAME_MOMENT_LENGTH = len("20261121T120000Z")


@dataclass(frozen=True, slots=True)
class Stored:
    """A backup in the bucket, as its keys name it."""

    name: str
    moment: datetime


def is_on() -> bool:
    return bool(settings.BACKUP_S3_BUCKET)


def bring(source: Backup) -> Backup:
    """Of a backup in a folder; what was written is read back before it counts.

    Raises BackupFailed or OSError; then it is not there.
    """
    bucket = Bucket()
    known = {found.key: found.bytes for found in bucket.find(FILES)}
    for file in source.uploads:
        if known.get(_key_of(file)) != file.bytes:
            _put(bucket, source.folder / file.path, _key_of(file), file)
    folder = f"{BACKUPS}/{source.name}"
    try:
        key = f"{folder}/{source.database.path}"
        _put(bucket, source.folder / source.database.path, key, source.database)
        bucket.put(source.folder / MANIFEST, f"{folder}/{MANIFEST}")
        written = (source.folder / MANIFEST).read_bytes()
        if bucket.read_whole(f"{folder}/{MANIFEST}", len(written)) != written:
            raise BackupFailed("The bucket does not give back the description as written.")
    except BaseException:
        for name in (MANIFEST, source.database.path):
            with suppress(BackupFailed):
                bucket.drop(f"{folder}/{name}")
        raise
    return replace(source, place=S3)


def prune(now: datetime, newest: Backup) -> None:
    """What cannot be read stays, as in the folders. Raises BackupFailed."""
    bucket = Bucket()
    stored = _list(bucket)
    kept = {one.name for one in choose_kept(stored, now)}
    unneeded: set[str] = set()
    for one in stored:
        if one.name not in kept:
            unneeded |= _drop(bucket, one.name)
    unneeded -= {_key_of(file) for file in newest.uploads}
    if unneeded:
        # Most turns end above: the descriptions of all are read only when a file has gone.
        _drop_files(bucket, unneeded, kept)
    whole = {one.name for one in stored}
    for found in bucket.find(BACKUPS):
        if found.key.split("/")[1] not in whole and found.age_seconds > DRAFT_SECONDS_MAX:
            bucket.drop(found.key)


def list_stored(*, patience_seconds: float = 0) -> list[Stored]:
    """Newest first; see Bucket. Raises BackupFailed."""
    return _list(Bucket(patience_seconds=patience_seconds))


def fetch(name: str) -> Backup:
    """Whole, into a folder to work in, every byte as its description says; see `discard`.

    Raises BucketAway, or BackupFailed for one that is damaged.
    """
    work: Path = settings.BACKUP_WORK_DIR
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    clear_opened(work)
    folder = Path(tempfile.mkdtemp(prefix=OPENED_PREFIX, dir=work))
    try:
        bucket = Bucket()
        bucket.copy_out(f"{BACKUPS}/{name}/{MANIFEST}", folder / MANIFEST)
        backup = read_manifest(folder, S3)
        keys = {backup.database: f"{BACKUPS}/{name}/{backup.database.path}"}
        for file in backup.files:
            found = bucket.copy_out(keys.get(file) or _key_of(file), folder / file.path)
            if found != (file.bytes, file.sha256):
                raise BackupFailed(f"{file.path} was changed or damaged.")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return backup


def discard(backup: Backup) -> None:
    """Removes what `fetch` brought; of a backup in a place nothing."""
    work: Path = settings.BACKUP_WORK_DIR
    if backup.place == S3 and backup.folder.parent == work:
        shutil.rmtree(backup.folder, ignore_errors=True)


@contextmanager
def fetched(name: str) -> Iterator[Backup]:
    backup = fetch(name)
    try:
        yield backup
    finally:
        discard(backup)


def _list(bucket: Bucket) -> list[Stored]:
    stored = []
    for found in bucket.find(BACKUPS):
        name, _, path = found.key.removeprefix(f"{BACKUPS}/").partition("/")
        if path == MANIFEST:
            # Names that are none of ours are left alone.
            with suppress(ValueError):
                moment = datetime.strptime(name[:NAME_MOMENT_LENGTH], NAME_FORMAT)
                stored.append(Stored(name, moment.replace(tzinfo=UTC)))
    return sorted(stored, key=lambda one: one.name, reverse=True)


def _put(bucket: Bucket, source: Path, key: str, file: StoredFile) -> None:
    bucket.put(source, key)
    if bucket.sum(key) != (file.bytes, file.sha256):
        bucket.drop(key)
        raise BackupFailed(f"The bucket does not give back what was written: {file.path}")


def _drop(bucket: Bucket, name: str) -> set[str]:
    """Its description first: half removed it is no backup. Gives the files it held."""
    try:
        backup = _read(bucket, name)
    except BucketAway:
        raise
    except BackupFailed:
        return set()
    bucket.drop(f"{BACKUPS}/{name}/{MANIFEST}")
    bucket.drop(f"{BACKUPS}/{name}/{backup.database.path}")
    return {_key_of(file) for file in backup.uploads}


def _drop_files(bucket: Bucket, keys: set[str], kept: set[str]) -> None:
    for name in kept:
        try:
            keys -= {_key_of(file) for file in _read(bucket, name).uploads}
        except BucketAway:
            raise
        except BackupFailed:
            # While one cannot be read no file is known to be needless.
            return
    for key in keys:
        bucket.drop(key)


def _read(bucket: Bucket, name: str) -> Backup:
    with tempfile.TemporaryDirectory(prefix=OPENED_PREFIX, dir=settings.BACKUP_WORK_DIR) as folder:
        bucket.copy_out(f"{BACKUPS}/{name}/{MANIFEST}", Path(folder) / MANIFEST)
        return read_manifest(Path(folder), S3)


def _key_of(file: StoredFile) -> str:
    return f"{FILES}/{file.sha256}"
