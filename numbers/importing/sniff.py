"""What kind of text a file holds: its encoding, delimiter, and where the numbers stand."""

import codecs
import csv
import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from . import faults, kinds
from .numerals import clean_cell, looks_like_number
from .reader import Place, byte_order_mark, split_lines

READ_BYTES = 256 * 1024
SAMPLE_BYTES = 64 * 1024
SAMPLE_LINES = 50
# Longer lines, and cells further to the right, say nothing of where the numbers stand.
SAMPLE_LINE_LENGTH_MAX = 8_192
COLUMNS_MAX = 200
# No table has a longer line. A block of whole lines is bounded by it.
LINE_BYTES_MAX = 1024**2
# Twice the largest pool that is planned for.
LINES_MAX = 20_000_000
DELIMITERS = ",;\t|"

# Names of the column in the languages our files come from, best first.
_HEADER_NAMES = (
    "phone number|phonenumber|phone_number|mobile number|msisdn|e164|number phone"
    "|numéro de téléphone|numero de telephone|numero de telefono|número de teléfono|номер телефона"
    "|رقم الهاتف|رقم الجوال|رقم الموبايل|telefonnummer|rufnummer|numero di telefono"
    "|número de telefone|telefon numarası|شماره تلفن|手机号码|电话号码"
    "|phone|mobile|cell|cellphone|telephone|tel|gsm|téléphone|telephone|portable|mobil|telefon"
    "|handy|teléfono|telefono|móvil|movil|celular|telefone|telemóvel|cellulare|телефон|мобильный"
    "|هاتف|الهاتف|جوال|الجوال|موبايل|تلفن|手机|电话|電話|전화번호"
    "|number|numbers|numéro|numero|nummer|número|номер|رقم|الرقم|شماره|号码|номера|num|no"
)
_HEADER_RANKS = {
    name: rank for rank, name in reversed(list(enumerate(re.split(r"\|", _HEADER_NAMES))))
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to read the file, which begins at byte `begin`, behind a byte order mark.

    `column` counts from 0, `skip` lines stand above the data.
    """

    encoding: str
    delimiter: str
    column: int
    skip: int
    begin: int = 0

    @property
    def start(self) -> Place:
        return Place(offset=self.begin)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one pass over the bytes tells."""

    size: int
    sha256: str
    is_utf8: bool
    head: bytes


def read_facts(file: BinaryIO, *, bytes_max: int) -> Facts:
    """Raises FileRefused for what is larger, or has more or longer lines, than may be."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    size, lines, is_utf8, head = 0, 0, True, b""
    unended = 0
    file.seek(0)
    while block := file.read(READ_BYTES):
        size += len(block)
        if size > bytes_max:
            raise faults.refuse(faults.TOO_LARGE, limit=bytes_max // 1024**2)
        if not head:
            head = block[:SAMPLE_BYTES]
            # Before a picture is refused for its long lines.
            kinds.refuse_other_kinds(head)
        digest.update(block)
        ends = block.count(b"\n") or block.count(b"\r")
        lines += ends
        if lines > LINES_MAX:
            raise faults.refuse(faults.TOO_MANY_LINES, limit=LINES_MAX)
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        unended = len(block) - last - 1 if last >= 0 else unended + len(block)
        if unended > LINE_BYTES_MAX:
            raise faults.refuse(faults.ENDLESS_LINE, limit=LINE_BYTES_MAX // 1024)
        is_utf8 = is_utf8 and _decodes(decoder, block)
    is_utf8 = is_utf8 and _decodes(decoder, b"", is_final=True)
    return Facts(size, digest.hexdigest(), is_utf8, head)


def sniff(facts: Facts, country: str) -> Dialect:
    """Raises FileRefused when this is no table of text."""
    if not facts.head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise faults.refuse(faults.EMPTY)
    encoding = _find_encoding(facts)
    begin = byte_order_mark(facts.head)
    lines = _sample(facts.head[begin:], encoding)
    if not any(line.strip() for line in lines):
        # Not empty, as was seen above: its lines are too long to be looked at.
        raise faults.refuse(faults.ENDLESS_LINE, limit=SAMPLE_LINE_LENGTH_MAX // 1024)
    told = re.fullmatch(r"\s*sep=([^\w\"])\s*", lines[0], re.IGNORECASE)
    delimiter = told[1] if told else _find_delimiter(lines)
    skip = 1 if told else 0
    # Blank lines above the names of the columns belong to them.
    blank = next((at for at, line in enumerate(lines[skip:]) if line.strip()), 0)
    column, has_header = _find_column(_split(lines[skip + blank :], delimiter), country)
    return Dialect(encoding, delimiter, column, skip + (blank + 1 if has_header else 0), begin)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, is_final: bool = False) -> bool:
    try:
        decoder.decode(block, is_final)
    except UnicodeDecodeError:
        return False
    return True


def _find_encoding(facts: Facts) -> str:
    head = facts.head
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if head.count(0) > max(1, len(head) // 100):
        return _find_utf16(head)
    if _has_control_characters(head):
        raise kinds.refuse("binary data")
    if facts.is_utf8:
        return "utf-8"
    return _find_code_page(head)


def _find_utf16(head: bytes) -> str:
    """UTF-16 without its mark: digits and delimiters have a zero byte on one and the same side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = max(len(head) // 2, 1)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    raise kinds.refuse("binary data")


def _has_control_characters(head: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a" for byte in head)
    return control > max(1, len(head) // 100)


def _find_code_page(head: bytes) -> str:
    """The Windows code page in which the first line holds a known name; digits are the same."""
    first = re.split(rb"[\r\n]", head.lstrip(), maxsplit=1)[0]
    for encoding in ("cp1252", "cp1251", "cp1256", "cp1250", "cp1254"):
        cells = re.split(r"[,;\t|]", first.decode(encoding, "replace"))
        if any(_header_rank(cell) is not None for cell in cells):
            return encoding
    return "cp1252"


def _sample(head: bytes, encoding: str) -> list[str]:
    lines = split_lines(head.decode(encoding, "ignore")) or [""]
    # The last line may be cut in the middle.
    whole = lines[:-1] if len(lines) > 1 and len(head) > SAMPLE_BYTES // 2 else lines
    return [line if len(line) <= SAMPLE_LINE_LENGTH_MAX else "" for line in whole[:SAMPLE_LINES]]


def _find_delimiter(lines: list[str]) -> str:
    """The one that cuts most lines into the same number of cells."""
    filled = [line for line in lines if line.strip()]

    def score(delimiter: str) -> tuple[float, int]:
        counts = Counter(len(row) for row in _split(filled, delimiter))
        cells, lines_alike = max(counts.items(), key=lambda item: (item[0] > 1, item[1]))
        return (lines_alike / len(filled), cells) if cells > 1 else (0.0, 1)

    best = max(DELIMITERS, key=score)
    return best if score(best)[0] >= 0.5 else ","


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    return [row[:COLUMNS_MAX] for line in lines for row in csv.reader([line], delimiter=delimiter)]


def _find_column(rows: list[list[str]], country: str) -> tuple[int, bool]:
    """Where the numbers stand, and whether the first row names the columns."""
    first = rows[0] if rows else []
    ranks = [(_header_rank(cell), at) for at, cell in enumerate(first)]
    ranked = [(rank, at) for rank, at in ranks if rank is not None]
    if ranked:
        return min(ranked)[1], True
    width = max((len(row) for row in rows), default=1)
    hits = [
        sum(at < len(row) and looks_like_number(clean_cell(row[at]), country) for row in rows)
        for at in range(width)
    ]
    most = max(hits, default=0)
    column = hits.index(most) if most else 0
    return column, _is_unknown_header(rows, column, country)


def _is_unknown_header(rows: list[list[str]], column: int, country: str) -> bool:
    """A first row of words over rows of numbers."""
    if len(rows) < 2 or column >= len(rows[0]):
        return False
    cell = clean_cell(rows[0][column])
    has_words = bool(cell) and not any(character.isdigit() for character in cell)
    below = [row[column] for row in rows[1:] if column < len(row)]
    return has_words and any(looks_like_number(clean_cell(value), country) for value in below)


def _header_rank(cell: str) -> int | None:
    name = unicodedata.normalize("NFC", clean_cell(cell)).casefold().strip(" \"'#:._-")
    name = re.sub(r"[\s_.-]+", " ", name)
    return _HEADER_RANKS.get(name)
