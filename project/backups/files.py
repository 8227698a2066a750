"""Copying files so that they are on the disk, and summing what is really there."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from .sealing import seal, unseal

BLOCK_BYTES = 1024 * 1024


class Summing:
    """Writes to a file and sums up what it was given."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.bytes = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.bytes += len(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def copy_in(source: Path, target: Path, passphrase: str, salt: bytes) -> tuple[int, str]:
    """Into a backup, sealed where there is a passphrase: bytes and sum as they lie there."""
    if passphrase:
        return _copy(source, target, lambda file, write: seal(file, write, passphrase, salt))
    return _copy(source, target, _plain)


def copy_out(source: Path, target: Path, *, is_sealed: bool, passphrase: str) -> tuple[int, str]:
    """Out of a backup, opened where it is sealed. Raises BackupFailed."""
    if is_sealed:
        return _copy(source, target, lambda file, write: unseal(file, write, passphrase))
    return _copy(source, target, _plain)


def sum_file(path: Path) -> tuple[int, str]:
    """Bytes and sum, from the disk and not from what the system remembers of writing it."""
    sha256, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        _forget(file)
        while block := file.read(BLOCK_BYTES):
            sha256.update(block)
            size += len(block)
    return size, sha256.hexdigest()


def sync(path: Path) -> None:
    """Has the disk keep a file or the names in a folder before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        sync(path)


def _copy(
    source: Path, target: Path, pour: Callable[[BinaryIO, Callable[[bytes], object]], None]
) -> tuple[int, str]:
    target.unlink(missing_ok=True)
    # Nobody else's to read, whatever the umask is.
    target.touch(mode=0o600)
    with source.open("rb") as taken, target.open("wb") as given:
        summing = Summing(given)
        pour(taken, summing.write)
        given.flush()
        os.fsync(given.fileno())
    return summing.bytes, summing.sha256


def _plain(file: BinaryIO, write: Callable[[bytes], object]) -> None:
    while block := file.read(BLOCK_BYTES):
        write(block)


def _forget(file: BinaryIO) -> None:
    """Where the system can be asked to."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
