"""From a cell as a person or a spreadsheet wrote it to a phone number."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

from . import faults

_EXCEL = re.compile(r'^=\s*"(.*)"$|^=\s*(\+?\d[\d ]*)$')
_SCIENTIFIC = re.compile(r"^[+-]?\d+(?:[.,]\d+)?\s*e\s*\+?\d+$", re.IGNORECASE)
_FLOAT_TAIL = re.compile(r"(?<=\d)\.0+$")
_SEPARATORS = re.compile(r"[\s()./\-\u2010-\u2015\u2212\u00b7]+")
_PHONE = re.compile(r"^\+?\d{4,17}$")


@dataclass(frozen=True, slots=True)
class Found:
    """A number, or the reason why there is none."""

    e164: int = 0
    reason: str = ""


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


def parse_number(cell: str, country: str) -> Found:
    """`country` is the pool's ISO code, or empty: then only international numbers are known."""
    cleaned = clean_cell(cell)
    if not cleaned:
        return Found(reason=faults.BLANK)
    if _SCIENTIFIC.match(cleaned):
        return Found(reason=faults.SCIENTIFIC)
    digits = _SEPARATORS.sub("", cleaned.lower().removeprefix("tel:"))
    if not _PHONE.match(digits):
        return Found(reason=faults.INVALID)
    number = _read(digits, country)
    if number is None:
        return Found(reason=faults.INVALID)
    if country and number.country_code != phonenumbers.country_code_for_region(country):
        return Found(reason=faults.OTHER_COUNTRY)
    return Found(e164=int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)))


def looks_like_number(cleaned: str, country: str) -> bool:
    digits = _SEPARATORS.sub("", cleaned)
    return bool(_PHONE.match(digits)) and _read(digits, country) is not None


def _read(digits: str, country: str) -> phonenumbers.PhoneNumber | None:
    """The first valid reading: as international, as national in the country, as bare digits."""
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
