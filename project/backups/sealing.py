"""Files that open with the passphrase alone, and not at all once a byte of them was changed.

A sealed file is: the magic, the salt of its key, the prefix of its nonces, then chunks of
AES-256-GCM. A nonce is the prefix, the chunk's number and whether it is the last: chunks can
neither be swapped nor cut off. The key is scrypt of passphrase and salt.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import BackupFailed

MAGIC = b"TALLYSB1"
SALT_BYTES, PREFIX_BYTES, TAG_BYTES = 16, 7, 16
HEADER_BYTES = len(MAGIC) + SALT_BYTES + PREFIX_BYTES
CHUNK_BYTES = 1024 * 1024
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}


def seal(source: BinaryIO, write: Callable[[bytes], object], passphrase: str, salt: bytes) -> None:
    """`salt` may serve many files: deriving its key costs a tenth of a second."""
    header = MAGIC + salt + secrets.token_bytes(PREFIX_BYTES)
    cipher = AESGCM(_key(passphrase, salt))
    write(header)
    for number, chunk, is_last in _chunks(source, CHUNK_BYTES):
        write(cipher.encrypt(_nonce(header, number, is_last), chunk, header))


def unseal(source: BinaryIO, write: Callable[[bytes], object], passphrase: str) -> None:
    """Raises BackupFailed: the passphrase is another, or a byte is."""
    header = source.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise BackupFailed("It is not a sealed file, or was cut off.")
    if not passphrase:
        raise BackupFailed("It is sealed: set BACKUP_PASSPHRASE to the one it was made with.")
    cipher = AESGCM(_key(passphrase, header[len(MAGIC) : -PREFIX_BYTES]))
    for number, chunk, is_last in _chunks(source, CHUNK_BYTES + TAG_BYTES):
        try:
            write(cipher.decrypt(_nonce(header, number, is_last), chunk, header))
        except InvalidTag:
            raise BackupFailed(
                "It does not open: BACKUP_PASSPHRASE is not the one it was made with,"
                " or it is damaged."
            ) from None


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Every file has a last chunk, be it empty."""
    number, chunk = 0, source.read(size)
    while True:
        following = source.read(size) if len(chunk) == size else b""
        yield number, chunk, not following
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(header: bytes, number: int, is_last: bool) -> bytes:
    return header[-PREFIX_BYTES:] + number.to_bytes(4, "big") + bytes([is_last])


@lru_cache(maxsize=64)
def _key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, **SCRYPT)
