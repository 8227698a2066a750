"""From a cell as a person or a spreadsheet wrote it to a phone number."""

import re
import unicodedata
from functools import cache

import phonenumbers

from . import faults
from .fast import national_reader, read_international

# No cell with a phone number is longer, whatever stands around the digits.
CELL_LENGTH_MAX = 200

_EXCEL = re.compile(r'^=\s*"(.*)"$|^=\s*(\+?\d[\d ]*)$')
_SCIENTIFIC = re.compile(r"^[+-]?\d+(?:[.,]\d+)?\s*e\s*\+?\d+$", re.IGNORECASE)
_FLOAT_TAIL = re.compile(r"(?<=\d)\.0+$")
_SEPARATORS = re.compile(r"[\s()./\-\u2010-\u2015\u2212\u00b7]+")
_PHONE = re.compile(r"\+?\d{4,17}", re.ASCII)


def clean_cell(cell: str) -> str:
    """The cell without invisible marks, with ASCII digits, out of a spreadsheet's wrappings."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell)
        cell = "".join(map(_plain, cell))
    cell = cell.replace("\x00", "").strip()
    if wrapped := _EXCEL.match(cell):
        cell = wrapped[1] or wrapped[2] or ""
    cell = cell.strip("\"' \t")
    return _FLOAT_TAIL.sub("", cell)


def read_cell(cell: str, country: str) -> tuple[int, str]:
    """The number without "+", or 0 and the reason why there is none.

    `country` is the pool's ISO code, or empty: then only international numbers are known.
    """
    if _PHONE.fullmatch(cell):
        return _read(cell, country)
    if len(cell) > CELL_LENGTH_MAX:
        return 0, faults.CELL_TOO_LONG
    cleaned = clean_cell(cell)
    if not cleaned:
        return 0, faults.BLANK
    if _SCIENTIFIC.match(cleaned):
        return 0, faults.SCIENTIFIC
    digits = _SEPARATORS.sub("", cleaned.lower().removeprefix("tel:"))
    return _read(digits, country) if _PHONE.fullmatch(digits) else (0, faults.INVALID)


def looks_like_number(cleaned: str, country: str) -> bool:
    digits = _SEPARATORS.sub("", cleaned)
    return bool(_PHONE.fullmatch(digits)) and _read(digits, country)[1] != faults.INVALID


def _read(digits: str, country: str) -> tuple[int, str]:
    e164 = _read_fast(digits, country)
    return (e164, "") if e164 else ask_phonenumbers(digits, country)


def _read_fast(digits: str, country: str) -> int:
    """The number where that is plain; 0 where phonenumbers has to be asked."""
    if digits[0] == "+":
        digits = digits[1:]
    elif digits[:2] == "00":
        digits = digits[2:]
    elif country:
        return national_reader(country)(digits)
    e164 = read_international(digits)
    is_elsewhere = country and not digits.startswith(_calling_code(country))
    return 0 if is_elsewhere else e164


@cache
def _calling_code(country: str) -> str:
    return str(phonenumbers.country_code_for_region(country))


def ask_phonenumbers(digits: str, country: str) -> tuple[int, str]:
    """The first valid reading: as international, as national in the country, as bare digits."""
    number = _judge(digits, country)
    if number is None:
        return 0, faults.INVALID
    if country and number.country_code != phonenumbers.country_code_for_region(country):
        return 0, faults.OTHER_COUNTRY
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return int(e164), ""


def _judge(digits: str, country: str) -> phonenumbers.PhoneNumber | None:
    if digits.startswith("+"):
        return _valid(digits, None)
    if digits.startswith("00"):
        return _valid(f"+{digits[2:]}", None)
    national = _valid(digits, country) if country else None
    return national or _valid(f"+{digits}", None)


def _valid(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    # Format marks and controls: zero-width spaces, marks of direction, a stray BOM.
    return "" if unicodedata.category(character) in ("Cf", "Cc") else character
