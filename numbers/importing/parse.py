"""From a block of lines to numbers and rejections."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from . import faults
from .numerals import read_cell
from .reader import Block, Place, read_block
from .sniff import Dialect

# A longer line is no line of a table.
LINE_LENGTH_MAX = 8_192
# How many lines a quoted cell may run over.
QUOTED_LINES_MAX = 20
QUOTED_LENGTH_MAX = 65_536
VALUE_LENGTH_MAX = 100

_LINE_END = re.compile(r"\r\n?|\n")
_LINE_END_BYTES = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """A record that is no new number: the line it begins on, the cell as written, and why."""

    line: int
    value: str
    reason: str


@dataclass(slots=True)
class Parsed:
    """What the lines up to `end` came to. Each number once, with its line and its cell."""

    end: Place
    numbers: dict[int, tuple[int, str]] = field(default_factory=dict)
    rejections: list[Line] = field(default_factory=list)

    def reject_repeated(self, e164: int, reason: str) -> None:
        line, value = self.numbers.pop(e164)
        self.rejections.append(Line(line, shorten(value), reason))


def parse_file(file: BinaryIO, dialect: Dialect, country: str) -> Iterator[Parsed]:
    """Block by block, from the first line to the last."""
    place = dialect.start
    while parsed := parse_next(file, dialect, country, place):
        yield parsed
        place = parsed.end


def parse_next(file: BinaryIO, dialect: Dialect, country: str, place: Place) -> Parsed | None:
    """The lines that follow the place, as many as make a block; None at the end of the file."""
    block = read_block(file, dialect.encoding, place)
    return _parse_block(block, dialect, country) if block else None


def shorten(cell: str) -> str:
    return cell.strip()[:VALUE_LENGTH_MAX]


def _parse_block(block: Block, dialect: Dialect, country: str) -> Parsed:
    parsed = Parsed(block.end)
    numbers, rejections = parsed.numbers, parsed.rejections
    column, delimiter = dialect.column, dialect.delimiter
    for at, text in _records(block, parsed):
        if at <= dialect.skip:
            continue
        if text is None or len(text) > QUOTED_LENGTH_MAX:
            rejections.append(Line(at, "", faults.LINE_TOO_LONG))
            continue
        if '"' in text:
            cells = next(csv.reader([text], delimiter=delimiter), [])
        else:
            cells = text.split(delimiter, column + 1)
        cell = cells[column] if column < len(cells) else ""
        e164, reason = read_cell(cell, country)
        if not e164:
            rejections.append(Line(at, shorten(cell), reason))
        elif e164 in numbers:
            rejections.append(Line(at, shorten(cell), faults.IN_FILE))
        else:
            numbers[e164] = at, cell
    return parsed


def _records(block: Block, parsed: Parsed) -> Iterator[tuple[int, str | None]]:
    """The records with their line numbers; a quoted cell may hold line ends.

    One that may go on in the next block is left to it: `parsed` ends before it then.
    """
    lines, first = block.lines, block.start.line + 1
    index = 0
    while index < len(lines):
        text, used = lines[index], 1
        if len(text) > LINE_LENGTH_MAX:
            yield first + index, None
        elif '"' not in text or text.count('"') % 2 == 0:
            yield first + index, text
        else:
            following = lines[index + 1 : index + 1 + QUOTED_LINES_MAX]
            joined = _join(text, following)
            if joined is None and index and _may_go_on(block, following):
                parsed.end = _place_before(block, index)
                return
            if joined is None:
                # A quote that is never closed is an ordinary character.
                yield first + index, text.replace('"', "")
            else:
                used += joined[1]
                yield first + index, joined[0]
        index += used


def _may_go_on(block: Block, following: list[str]) -> bool:
    return block.has_more and len(following) < QUOTED_LINES_MAX


def _join(text: str, following: list[str]) -> tuple[str, int] | None:
    """Up to the closing quote, and how many lines that took; None when it is not among them."""
    length = len(text)
    for used, line in enumerate(following, start=1):
        length += len(line) + 1
        if len(line) > LINE_LENGTH_MAX or length > QUOTED_LENGTH_MAX:
            return None
        if line.count('"') % 2:
            # One line for csv.reader, which is given one at a time.
            return " ".join([text, *following[:used]]), used
    return None


def _place_before(block: Block, index: int) -> Place:
    """Where the line of that index begins; not for the first one."""
    nth = slice(index - 1, index)
    if block.encoding.startswith("utf-16"):
        text = block.data.decode(block.encoding, "replace")
        end = next(islice(_LINE_END.finditer(text), nth.start, nth.stop)).end()
        size = len(text[:end].encode(block.encoding, "replace"))
    else:
        ends = _LINE_END_BYTES.finditer(block.data)
        size = next(islice(ends, nth.start, nth.stop)).end()
    return Place(block.start.offset + size, block.start.line + index)
