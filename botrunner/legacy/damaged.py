"""JSON as it is found: cut off, with keys twice, with bytes that are no text."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .values import Bad, shorten

BYTES_MAX = 500 * 1024**2
_SPACE = re.compile(r"[ \t\r\n]*")


class Repeated(dict[str, Any]):
    """An object of the file, with the keys that stood in it more than once."""

    repeated: list[str]


def read_bytes(path: Path) -> bytes:
    """Raises Bad."""
    try:
        if path.stat().st_size > BYTES_MAX:
            raise Bad(f"the file is larger than {BYTES_MAX // 1024**2} MB")
        return path.read_bytes()
    except OSError as error:
        raise Bad(f"the file cannot be read: {error.strerror}") from None


def decode(data: bytes) -> str:
    """UTF-8 with or without its mark, or UTF-16 with it; bytes that are no text become marks."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def parse(text: str) -> Any:
    """The whole of it. Raises Bad when it is damaged."""
    try:
        return json.loads(text, object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Bad(f"damaged at {where}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise Bad(f"damaged: {shorten(str(error))}") from None


def salvage(text: str) -> Any:
    """The members of a damaged object, or of a list, that stand whole before the damage."""
    at = _skip(text, 0)
    if text[at : at + 1] == "{":
        pairs: list[tuple[str, Any]] = []
        _walk(text, at + 1, "}", lambda start: _pair(text, start, pairs))
        return _pairs(pairs)
    members: list[Any] = []
    if text[at : at + 1] == "[":
        _walk(text, at + 1, "]", lambda start: _member(text, start, members))
    return members


_Take = Callable[[int], tuple[int, Callable[[], None]]]


def _walk(text: str, at: int, end: str, take: _Take) -> None:
    """What is followed by nothing may be cut off itself: 12 of 12345. It is not taken."""
    while True:
        try:
            at, keep = take(_skip(text, at))
        except (ValueError, RecursionError, IndexError):
            return
        at = _skip(text, at)
        if text[at : at + 1] not in (",", end):
            return
        keep()
        at += 1


def _pair(text: str, at: int, pairs: list[tuple[str, Any]]) -> tuple[int, Callable[[], None]]:
    name, at = _decoder.raw_decode(text, at)
    at = _skip(text, at)
    if not isinstance(name, str) or text[at] != ":":
        raise ValueError
    value, at = _decoder.raw_decode(text, _skip(text, at + 1))
    return at, lambda: pairs.append((name, value))


def _member(text: str, at: int, members: list[Any]) -> tuple[int, Callable[[], None]]:
    value, at = _decoder.raw_decode(text, at)
    return at, lambda: members.append(value)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _pairs(pairs: list[tuple[str, Any]]) -> Repeated:
    """The last of each counts, as it did for the bot that wrote it."""
    found = Repeated(pairs)
    found.repeated = []
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        found.repeated = [name for name, count in counts.items() if count > 1]
    return found


_decoder = json.JSONDecoder(object_pairs_hook=_pairs)
