"""Reads a file line by line, in constant memory, into numbers and rejections."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from numbers.models import Number

from . import faults
from .numerals import parse_number
from .sniff import Dialect

# A longer line is no line of a table: it is passed over, not kept in memory.
LINE_LENGTH_MAX = 8_192
# How many lines a quoted cell may run over.
QUOTED_LINES_MAX = 20
CELL_LENGTH_MAX = 65_536
VALUE_LENGTH_MAX = 100
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line it begins on, the cell as written, and what it came to."""

    line: int
    value: str
    e164: int = 0
    reason: str = ""


def read_lines(file: BinaryIO, dialect: Dialect, country: str) -> Iterator[Line]:
    """Every record of the file, duplicates within the file and in stock told apart."""
    parsed = (_parse(at, text, dialect, country) for at, text in _records(file, dialect))
    seen: set[int] = set()
    while chunk := list(islice(parsed, CHUNK)):
        yield from _mark_duplicates(chunk, seen)


def _parse(at: int, text: str | None, dialect: Dialect, country: str) -> Line:
    if text is None:
        return Line(at, "", reason=faults.LINE_TOO_LONG)
    cells = next(csv.reader([text], delimiter=dialect.delimiter), [])
    cell = cells[dialect.column] if dialect.column < len(cells) else ""
    found = parse_number(cell, country)
    shown = cell.replace("\x00", "").strip()[:VALUE_LENGTH_MAX]
    return Line(at, shown, found.e164, found.reason)


def _mark_duplicates(chunk: list[Line], seen: set[int]) -> Iterator[Line]:
    e164s = {line.e164 for line in chunk if line.e164}
    stock = set(Number.objects.filter(e164__in=e164s).values_list("e164", flat=True))
    for line in chunk:
        if line.reason:
            yield line
        elif line.e164 in seen:
            yield Line(line.line, line.value, reason=faults.IN_FILE)
        elif line.e164 in stock:
            yield Line(line.line, line.value, reason=faults.IN_STOCK)
        else:
            yield line
        if line.e164:
            seen.add(line.e164)


def _records(file: BinaryIO, dialect: Dialect) -> Iterator[tuple[int, str | None]]:
    """The records below the header; a quoted cell may hold line ends."""
    lines = _lines(file, dialect.encoding)
    pending: list[tuple[int, str | None]] = []
    for at, text in _chain(pending, lines):
        if at <= dialect.skip:
            continue
        if text is None or text.count('"') % 2 == 0:
            yield at, text
            continue
        rest = list(islice(_chain(pending, lines), QUOTED_LINES_MAX))
        joined, used = _join(text, rest)
        pending[:0] = rest[used:]
        yield at, joined


def _chain(
    pending: list[tuple[int, str | None]], lines: Iterator[tuple[int, str | None]]
) -> Iterator[tuple[int, str | None]]:
    """First what was read ahead, then the file."""
    while True:
        if pending:
            yield pending.pop(0)
        elif (line := next(lines, None)) is not None:
            yield line
        else:
            return


def _join(text: str, following: Iterable[tuple[int, str | None]]) -> tuple[str, int]:
    """Up to the closing quote; a quote that is never closed is an ordinary character."""
    joined = text
    for used, (_, line) in enumerate(following, start=1):
        if line is None or len(joined) > CELL_LENGTH_MAX:
            break
        joined = f"{joined}\n{line}"
        if line.count('"') % 2:
            # One line for csv.reader, which is given one at a time.
            return joined.replace("\n", " "), used
    return text.replace('"', ""), 0


def _lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str | None]]:
    """Numbered from 1, without line ends; None for a line too long to be one."""
    file.seek(0)
    # csv files of any system; what is no character of the encoding is no digit either.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None)
    try:
        at = 0
        while line := text.readline(LINE_LENGTH_MAX):
            at += 1
            if len(line) == LINE_LENGTH_MAX and not line.endswith("\n"):
                while (more := text.readline(LINE_LENGTH_MAX)) and not more.endswith("\n"):
                    pass
                yield at, None
            else:
                yield at, line.rstrip("\n").strip("\x00\x1a")
    finally:
        # The file is the caller's to close.
        text.detach()
