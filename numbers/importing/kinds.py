"""Files that are no text, and texts that are no table, told by how they begin."""

import re

from numbers.errors import FileRefused

from . import faults

SAVE_AS_CSV = "Open it in its program, save the table as CSV (UTF-8), and import that."
UNPACK = "Unpack it, and import the CSV file inside."
EXPORT = "Export the numbers as CSV, and import that."

_BEGINNINGS = (
    (b"PK\x05\x06", "an empty ZIP archive", EXPORT),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", SAVE_AS_CSV),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ", "an xz archive", UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"%PDF", "a PDF", EXPORT),
    (b"{\\rtf", "a rich text document", SAVE_AS_CSV),
    (b"\x89PNG", "a picture", EXPORT),
    (b"\xff\xd8\xff", "a picture", EXPORT),
    (b"GIF8", "a picture", EXPORT),
    (b"\x7fELF", "a program", EXPORT),
    (b"MZ\x90", "a program", EXPORT),
    (b"SQLite format 3", "a database", EXPORT),
    (b"BEGIN:VCARD", "a file of contacts (.vcf)", EXPORT),
)
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b", re.IGNORECASE)
_JSON = re.compile(rb'[\[{]\s*(?:[\[{"]|-?\d+\s*,\s*[-\d])')
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
# Where an archive names its first parts.
_ZIP_HEAD_BYTES = 4_096


def refuse_other_kinds(head: bytes) -> None:
    """Raises FileRefused, naming what the file is and what to do with it."""
    if head.startswith(_UTF32):
        raise refuse("text in UTF-32", "Save it as UTF-8, and import that.")
    for beginning, kind, advice in _BEGINNINGS:
        if head.startswith(beginning):
            raise refuse(kind, advice)
    if head.startswith(b"PK\x03\x04"):
        raise _refuse_zip(head[:_ZIP_HEAD_BYTES])
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _WEB_PAGE.match(text):
        raise refuse("a web page", "Download the file itself, or save the table as CSV.")
    if _XML.match(text):
        raise refuse("an XML file", EXPORT)
    if _JSON.match(text):
        raise refuse("a JSON file", EXPORT)


def refuse(kind: str, advice: str = EXPORT) -> FileRefused:
    return faults.refuse(faults.NOT_CSV, kind=kind, advice=advice)


def _refuse_zip(head: bytes) -> FileRefused:
    if b"opendocument" in head:
        return refuse("an OpenDocument file (.ods)", SAVE_AS_CSV)
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return refuse("an Excel workbook (.xlsx)", SAVE_AS_CSV)
    return refuse("a ZIP archive", UNPACK)
