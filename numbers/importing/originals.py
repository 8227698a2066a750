"""The uploaded file as it came: kept whole or not at all, however full the disk is."""

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage
from django.db import OperationalError

from numbers.models import Batch

from . import faults

# SQLite's words, and PostgreSQL's state of the same meaning.
SQLITE_FULL = "database or disk is full"
POSTGRESQL_FULL = "53100"


def keep_original(batch: Batch, file: BinaryIO, now: datetime) -> None:
    batch.file.name = put_original(file, now)
    batch.save(update_fields=["file"])


def put_original(file: BinaryIO, now: datetime) -> str:
    """Its name among the uploads. Written beside them first: half a file never stands there."""
    folder = Path(settings.MEDIA_ROOT) / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{secrets.token_hex(16)}.draft"
    try:
        with draft.open("xb") as target:
            file.seek(0)
            shutil.copyfileobj(file, target)
        with draft.open("rb") as source:
            return _storage().save(f"pool_{now:%Y%m%d_%H%M%S}.csv", _Draft(source))
    finally:
        draft.unlink(missing_ok=True)


def remove_original(name: str) -> None:
    if name:
        _storage().delete(name)


def forget_original(batch: Batch | None) -> None:
    """What a transaction that was taken back had kept."""
    if batch is not None and batch.file:
        batch.file.delete(save=False)


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Raises FileRefused when the disk, or the database's, has no room left."""
    try:
        yield
    except (OSError, OperationalError) as error:
        if not _is_full(error):
            raise
        raise faults.refuse(faults.NO_ROOM) from error


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return SQLITE_FULL in str(error) or sqlstate == POSTGRESQL_FULL


def _storage() -> Storage:
    return Batch._meta.get_field("file").storage


class _Draft(File):  # type: ignore[type-arg]
    """The storage moves what says where it lies, in one step."""

    def temporary_file_path(self) -> Any:
        return self.name
