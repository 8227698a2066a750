"""Files that were sent, kept in one folder, and what the Bot API says of them."""

import secrets
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .errors import ApiError, bad_request
from .state import JSON, State

UPLOAD_BYTES_MAX = 50 * 1024 * 1024
DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024
_FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "video": "videos",
    "animation": "animations",
    "voice": "voice",
    "audio": "music",
    "video_note": "video_notes",
}
KINDS = frozenset(_FOLDERS)


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


class FileFolder:
    """`path` None keeps the files in memory."""

    def __init__(self, state: State, path: Path | None = None) -> None:
        self.state = state
        self.path = path
        self._memory: dict[str, bytes] = {}
        if path is not None:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def save(self, kind: str, upload: Upload, **more: Any) -> JSON:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > UPLOAD_BYTES_MAX:
            raise ApiError(413, "Request Entity Too Large")
        file_id = "SB" + secrets.token_urlsafe(42)
        record: JSON = {
            "kind": kind,
            "file_id": file_id,
            "file_unique_id": _unique_id(kind, upload.data),
            "file_size": len(upload.data),
            "mime_type": upload.mime,
            "file_name": upload.name,
            "file_path": f"{_FOLDERS[kind]}/file_{len(self.state.files)}{Path(upload.name).suffix}",
            **more,
        }
        size = picture_size(upload.data)
        if size:
            record["width"], record["height"] = size
        elif kind == "photo":
            raise bad_request("IMAGE_PROCESS_FAILED")
        self._write(file_id, upload.data)
        self.state.files[file_id] = record
        self.state.touch("file", file_id)
        return record

    def _write(self, file_id: str, data: bytes) -> None:
        if self.path is None:
            self._memory[file_id] = data
        else:
            (self.path / file_id).write_bytes(data)

    def read(self, file_id: str) -> bytes | None:
        if file_id not in self.state.files:
            return None
        if self.path is None:
            return self._memory.get(file_id)
        path = self.path / file_id
        return path.read_bytes() if path.is_file() else None

    def clear(self) -> None:
        self._memory.clear()
        for path in self.path.iterdir() if self.path is not None else ():
            path.unlink()


def _unique_id(kind: str, data: bytes) -> str:
    """The same for a file that is sent again, so that a bot can know it."""
    digest = sha256(kind.encode() + data).digest()
    return "Ag" + urlsafe_b64encode(digest)[:14].decode()


def as_media(record: JSON, kind: str | None = None) -> JSON:
    """{kind: object} as it stands in a message."""
    kind = kind or record["kind"]
    common = {key: record[key] for key in ("file_id", "file_unique_id", "file_size")}
    size = {"width": record.get("width", 640), "height": record.get("height", 360)}
    if kind == "photo":
        return {"photo": [{**common, **size}]}
    named = {"file_name": record["file_name"], "mime_type": record["mime_type"]}
    timed = {"duration": record.get("duration", 1)}
    if kind == "document":
        return {"document": {**common, **named}}
    if kind in ("video", "animation"):
        media = {kind: {**common, **named, **size, **timed}}
        # An animation is a document too, for clients that know no animations.
        return media | ({"document": {**common, **named}} if kind == "animation" else {})
    if kind == "voice":
        return {"voice": {**common, **timed, "mime_type": record["mime_type"]}}
    if kind == "video_note":
        return {"video_note": {**common, **timed, "length": 240}}
    return {"audio": {**common, **named, **timed}}


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP, or None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        # A start-of-frame marker; C4, C8 and CC are tables.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if data[12:16] == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
