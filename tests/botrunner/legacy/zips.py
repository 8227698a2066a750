"""Zips as people upload them, and as somebody would who means harm."""

import io
import zipfile
from typing import Any

from botrunner.legacy.kinds import KINDS
from botrunner.legacy.uploads import FILES, folder_of, keep_upload


def make_zip(files: dict[str, Any], *, mode: int = 0, flags: int = 0) -> bytes:
    """`mode` is the kind of file that each entry says it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    data = bytearray(buffer.getvalue())
    if flags:
        # In the local header, and in the directory that is read first.
        for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            start = data.find(sign)
            data[start + at] |= flags
    return bytes(data)


def keep(content: bytes, name: str, kind: str) -> tuple[str, list[str]]:
    """The token, and the names of what was kept."""
    token, _ = keep_upload(iter([content]), name=name, kind=KINDS[kind])
    return token, sorted(path.name for path in (folder_of(token) / FILES).iterdir())
