"""Checks what is uploaded: an MP4 by its content, and its preview as Telegram takes it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

UPLOAD_BYTES_MAX = 50 * 1024 * 1024
PICTURE_BYTES_MAX = 5 * 1024 * 1024
PICTURE_PIXELS_MAX = 40_000_000
THUMBNAIL_SIDE_MAX = 320
THUMBNAIL_BYTES_MAX = 200 * 1024
# A film has a handful of boxes on each floor; who writes more means harm.
_BOXES_MAX = 2_000
_QUALITIES = (85, 70, 50, 30)


class NotFilm(ValueError):
    """The file is no MP4."""


class NotPicture(ValueError):
    """The file is no picture that a preview can be made of."""


@dataclass(frozen=True, slots=True)
class Film:
    seconds: int
    width: int
    height: int
    content_hash: str


def read_film(file: IO[bytes]) -> Film:
    """Raises NotFilm. Reads the file once for its hash, and of the rest its headers alone."""
    boxes = dict(_boxes(file, 0, _size(file)))
    if "ftyp" not in boxes or "moov" not in boxes:
        raise NotFilm
    movie = boxes["moov"]
    header = dict(_boxes(file, *movie)).get("mvhd")
    if header is None:
        raise NotFilm
    width, height = _read_frame(file, movie)
    return Film(_read_seconds(file, header[0]), width, height, _hash(file))


def make_thumbnail(file: IO[bytes]) -> bytes:
    """A JPEG of at most 320 pixels a side and 200 kB. Raises NotPicture."""
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > PICTURE_PIXELS_MAX:
                raise NotPicture
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotPicture from None
    upright.thumbnail((THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX))
    content = b""
    for quality in _QUALITIES:
        target = BytesIO()
        upright.save(target, "JPEG", quality=quality)
        content = target.getvalue()
        if len(content) <= THUMBNAIL_BYTES_MAX:
            break
    return content


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each box's kind with where its content begins and ends (ISO 14496-12). Raises NotFilm."""
    for _ in range(_BOXES_MAX):
        if start + 8 > end:
            return
        size, kind = struct.unpack(">I4s", _read(file, start, 8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", _read(file, start + 8, 8))
            head = 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise NotFilm
        yield kind.decode("latin-1"), (start + head, start + size)
        start += size
    raise NotFilm


def _read_seconds(file: IO[bytes], start: int) -> int:
    """From the movie's header, which is wider in its version 1."""
    form, at = (">IQ", 20) if _read(file, start, 1) == b"\x01" else (">II", 12)
    scale, duration = struct.unpack(form, _read(file, start + at, struct.calcsize(form)))
    seconds = round(duration / scale) if scale else 0
    return seconds if seconds < 10**6 else 0


def _read_frame(file: IO[bytes], movie: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the first track that has any; both stand at a header's end."""
    for kind, track in _boxes(file, *movie):
        header = dict(_boxes(file, *track)).get("tkhd") if kind == "trak" else None
        if header is not None and header[1] - header[0] >= 8:
            width, height = struct.unpack(">II", _read(file, header[1] - 8, 8))
            if width and height:
                return width >> 16, height >> 16
    return 0, 0


def _read(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    data = file.read(length)
    if len(data) < length:
        raise NotFilm
    return data


def _size(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def _hash(file: IO[bytes]) -> str:
    file.seek(0)
    digest = sha256()
    while piece := file.read(1024 * 1024):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
