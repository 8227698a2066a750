"""A backup as one file to take away, made while it is sent: memory holds a block of it."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from .files import BLOCK_BYTES
from .manifest import MANIFEST, Backup

END = bytes(2 * tarfile.BLOCKSIZE)


def stream(backup: Backup) -> Iterator[bytes]:
    """Unpacked in a place it is a backup again."""
    for path in _paths(backup):
        size = path.stat().st_size
        yield _header(backup, path, size)
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield END


def count_bytes(backup: Backup) -> int:
    total = len(END)
    for path in _paths(backup):
        size = path.stat().st_size
        total += len(_header(backup, path, size)) + size + -size % tarfile.BLOCKSIZE
    return total


def _paths(backup: Backup) -> list[Path]:
    return [backup.folder / name for name in (MANIFEST, *(file.path for file in backup.files))]


def _header(backup: Backup, path: Path, size: int) -> bytes:
    entry = tarfile.TarInfo(f"{backup.name}/{path.relative_to(backup.folder).as_posix()}")
    entry.size, entry.mode, entry.mtime = size, 0o600, int(backup.moment.timestamp())
    return entry.tobuf(tarfile.PAX_FORMAT)
