"""Reads a file in blocks of whole lines: in constant memory, and from any block on again."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

# A block is also what one transaction stores: some twenty thousand lines.
BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Between two lines: so many bytes and lines lie before it."""

    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines without their ends. `has_more` says that the file goes on behind them."""

    start: Place
    end: Place
    lines: list[str]
    data: bytes
    encoding: str
    has_more: bool


def read_block(file: BinaryIO, encoding: str, start: Place) -> Block | None:
    """The next lines from `start` on; None at the end of the file.

    A block grows until it holds a whole line, which is bounded: sniff.read_facts refuses
    a file with a longer one.
    """
    file.seek(start.offset)
    data = file.read(BLOCK_BYTES)
    if not data:
        return None
    has_more = len(data) == BLOCK_BYTES
    size = _whole_lines(data, encoding) if has_more else len(data)
    while not size:
        more = file.read(BLOCK_BYTES)
        data += more
        has_more = bool(more)
        size = _whole_lines(data, encoding) if more else len(data)
    has_more = has_more or size < len(data)
    data = data[:size]
    lines = split_lines(data.decode(encoding, "replace"))
    end = Place(start.offset + size, start.line + len(lines))
    return Block(start, end, lines, data, encoding, has_more)


def split_lines(text: str) -> list[str]:
    """By the line ends of any system, and by nothing else; NUL bytes are left out."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text or "\x1a" in text:
        # Ctrl-Z ended a file once.
        text = text.replace("\x00", "").replace("\x1a", "")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def byte_order_mark(head: bytes) -> int:
    """How many bytes it takes."""
    marks = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return next((len(mark) for mark in marks if head.startswith(mark)), 0)


def _whole_lines(data: bytes, encoding: str) -> int:
    """How many bytes the whole lines take; 0 when not one is whole."""
    feed, carriage = "\n".encode(encoding), "\r".encode(encoding)
    # The line feed that belongs to a carriage return may be the first character of what follows.
    last = len(data) - len(carriage)
    return _end_of_last(data, feed, len(data)) or _end_of_last(data, carriage, last)


def _end_of_last(data: bytes, mark: bytes, end: int) -> int:
    width = len(mark)
    at = data.rfind(mark, 0, end)
    while at > 0 and at % width:
        # Two halves of neighbouring characters.
        at = data.rfind(mark, 0, at + width - 1)
    return at + width if at >= 0 and not at % width else 0
