"""Uploaded files between their preview and its confirmation, kept by the server.

The browser holds nothing but its session: what is confirmed is what was shown.
"""

import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from . import faults
from .originals import refusing_when_full

KEPT_SECONDS = 3600


def keep_draft(chunks: Iterable[bytes], *, bytes_max: int) -> str:
    """Writes an upload down; the token is all that is needed to find it. Raises FileRefused."""
    remove_old_drafts()
    token = secrets.token_hex(16)
    path = _path(token)
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with refusing_when_full(), path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > bytes_max:
                    raise faults.refuse(faults.TOO_LARGE, limit=bytes_max // 1024**2)
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return token


def open_draft(token: str) -> BinaryIO | None:
    """None when it was confirmed, cancelled, or left for too long."""
    try:
        return _path(token).open("rb")
    except FileNotFoundError:
        return None


def remove_draft(token: str) -> None:
    _path(token).unlink(missing_ok=True)


def remove_old_drafts() -> int:
    oldest = time.time() - KEPT_SECONDS
    removed = 0
    for path in _folder().glob("*.draft"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # another process was faster
    return removed


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "drafts"


def _path(token: str) -> Path:
    return _folder() / f"{token}.draft"
