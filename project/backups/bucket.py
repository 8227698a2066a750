"""A bucket that speaks S3, through django-storages: objects in, out, listed and dropped.

The libraries are imported at the first use: who keeps no backups there need not install them.
"""

import hashlib
import importlib.util
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File

from .errors import BackupFailed, BucketAway
from .files import BLOCK_BYTES, Summing

# One part of a large object: so much of it is in memory, and no more.
PART_BYTES = 8 * 1024 * 1024
CONNECT_SECONDS = 5
SILENCE_SECONDS = 30
ATTEMPTS = 2
# For everything that one backup asks: well below the hour its job may take.
SECONDS_MAX = 1_800.0
HOW_TO_INSTALL = "pip install --require-hashes -r requirements-s3.txt"


@dataclass(frozen=True, slots=True)
class Found:
    """An object, by its key below the prefix."""

    key: str
    bytes: int
    age_seconds: float


class Bucket:
    """All methods raise BucketAway: it does not answer, refuses us, or takes too long.

    With `patience_seconds` it is asked once, and no longer waited for.
    """

    def __init__(self, *, patience_seconds: float = 0) -> None:
        self._storage = _open_storage(
            settings.BACKUP_S3_BUCKET,
            settings.BACKUP_S3_ENDPOINT,
            settings.BACKUP_S3_REGION,
            (settings.BACKUP_S3_ACCESS_KEY, settings.BACKUP_S3_SECRET_KEY),
            1 if patience_seconds else ATTEMPTS,
            patience_seconds or SILENCE_SECONDS,
        )
        prefix = settings.BACKUP_S3_PREFIX.strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._end = time.monotonic() + SECONDS_MAX

    def put(self, source: Path, key: str) -> None:
        with _told(), source.open("rb") as file:
            self._storage.save(self._prefix + key, _Watched(file, self._end))

    def read(self, key: str) -> Iterator[bytes]:
        """Block by block, as it comes."""
        with _told():
            body = self._storage.bucket.Object(self._prefix + key).get()["Body"]
            for block in body.iter_chunks(BLOCK_BYTES):
                _look_at_clock(self._end)
                yield block

    def read_whole(self, key: str, bytes_max: int) -> bytes:
        """Of small objects. Raises BackupFailed when it is larger."""
        content = bytearray()
        for block in self.read(key):
            content += block
            if len(content) > bytes_max:
                raise BackupFailed(f"{key} is too large.")
        return bytes(content)

    def copy_out(self, key: str, target: Path) -> tuple[int, str]:
        """Into a file that nobody else may read: its bytes and its sum."""
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.touch(mode=0o600)
        with target.open("wb") as file:
            summing = Summing(file)
            for block in self.read(key):
                summing.write(block)
        return summing.bytes, summing.sha256

    def sum(self, key: str) -> tuple[int, str]:
        sha256, size = hashlib.sha256(), 0
        for block in self.read(key):
            sha256.update(block)
            size += len(block)
        return size, sha256.hexdigest()

    def find(self, folder: str) -> list[Found]:
        """Everything below it."""
        found = []
        with _told():
            client = self._storage.bucket.meta.client
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self._storage.bucket.name, Prefix=f"{self._prefix}{folder}/"
            )
            for page in pages:
                _look_at_clock(self._end)
                for item in page.get("Contents", ()):
                    age = time.time() - item["LastModified"].timestamp()
                    key = item["Key"].removeprefix(self._prefix)
                    found.append(Found(key, int(item["Size"]), age))
        return found

    def drop(self, key: str) -> None:
        with _told():
            self._storage.delete(self._prefix + key)


class _Watched(File):  # type: ignore[type-arg]
    """A file whose reading ends with the time that there is for it."""

    def __init__(self, file: BinaryIO, end: float) -> None:
        super().__init__(file)
        self._taken, self._end = file, end

    def read(self, size: int = -1) -> bytes:
        _look_at_clock(self._end)
        return self._taken.read(size)


def is_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("boto3", "storages"))


@lru_cache(maxsize=4)
def _open_storage(
    name: str,
    endpoint: str,
    region: str,
    keys: tuple[str, str],
    attempts: int,
    silence_seconds: float,
) -> Any:
    """Kept: reading boto3's descriptions takes a fifth of a second each time."""
    if not is_installed():
        raise BackupFailed(f"The S3 place needs libraries: {HOW_TO_INSTALL}")
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config
    from storages.backends.s3 import S3Storage

    return S3Storage(
        bucket_name=name,
        # Without them those of the machine's own role.
        access_key=keys[0] or None,
        secret_key=keys[1] or None,
        session_profile=None,
        **({"security_token": None} if keys[0] else {}),
        endpoint_url=endpoint or None,
        region_name=region or None,
        location="",
        default_acl=None,
        file_overwrite=True,
        gzip=False,
        transfer_config=TransferConfig(
            multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
        ),
        client_config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=silence_seconds,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            # Sums of its own, which not every store understands: ours are checked.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _look_at_clock(end: float) -> None:
    if time.monotonic() > end:
        raise BucketAway(f"The bucket took longer than {SECONDS_MAX / 60:.0f} minutes.")


@contextmanager
def _told() -> Iterator[None]:
    """In a sentence without addresses and keys; what the libraries say may hold them."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        answer = error.response
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        code = str(answer.get("Error", {}).get("Code", ""))[:60]
        raise BucketAway(f"The bucket answers: {status} {code}".rstrip()) from None
    except (BotoCoreError, Boto3Error) as error:
        raise BucketAway(f"The bucket cannot be reached: {type(error).__name__}") from None
