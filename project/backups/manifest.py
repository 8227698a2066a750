"""What a backup consists of, written beside it, with the sum of each file and of itself."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from .errors import BackupFailed
from .ledger import Holdings

MANIFEST = "backup.json"
SUM = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as it lies in the backup's folder. `source_ns` is when the original was written."""

    path: str
    bytes: int
    sha256: str
    source_bytes: int
    source_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup in one place. Times are ISO, UTC."""

    name: str
    made_at: str
    vendor: str
    is_sealed: bool
    seconds: float
    holdings: Holdings
    database: StoredFile
    uploads: tuple[StoredFile, ...]
    folder: Path
    place: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def files(self) -> tuple[StoredFile, ...]:
        return (self.database, *self.uploads)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def write_manifest(backup: Backup) -> None:
    """Into the folder the backup has now."""
    content = asdict(backup)
    del content["folder"], content["place"]
    content[SUM] = _sum_of(content)
    text = json.dumps(content, indent=1, sort_keys=True)
    file = backup.folder / MANIFEST
    file.touch(mode=0o600)
    file.write_text(text, encoding="ascii")


def read_manifest(folder: Path, place: str) -> Backup:
    """Raises BackupFailed when it is not what was written."""
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="ascii"))
        stated = content.pop(SUM)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BackupFailed("Its description cannot be read.") from error
    if stated != _sum_of(content):
        raise BackupFailed("Its description was changed or damaged.")
    backup = Backup(
        **{
            **content,
            "holdings": Holdings(**content["holdings"]),
            "database": StoredFile(**content["database"]),
            "uploads": tuple(StoredFile(**upload) for upload in content["uploads"]),
            "folder": folder,
            "place": place,
        }
    )
    if not all(_is_inside(file.path) for file in backup.files):
        raise BackupFailed("Its description names files outside of it.")
    return backup


def _is_inside(path: str) -> bool:
    """Whoever can write to a place must not choose where a restore writes."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts


def _sum_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
