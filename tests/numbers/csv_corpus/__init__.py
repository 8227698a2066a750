"""Hostile, odd and ordinary files: what each is, and what must become of it.

A case is (content, the pool's country, how many numbers, [(line, reason) of each rejection]).
"""

import codecs
import io
import zipfile

A, B, C = "+971501234567", "+971501234568", "+971501234569"
RLM = "\u200f"


def _excel(number):
    return f'="{number}"'


# name: (content, country, accepted, [(line, reason)])
CORPUS = {
    "plain": (f"{A}\n{B}\n", "", 2, []),
    "no newline at the end": (f"{A}\n{B}", "", 2, []),
    "old Mac line ends": (f"{A}\r{B}\r", "", 2, []),
    "Windows line ends": (f"{A}\r\n{B}\r\n", "", 2, []),
    "header Phone": (f"Phone\n{A}\n", "", 1, []),
    "header MSISDN": (f"MSISDN\n{A}\n", "", 1, []),
    "French header in cp1252": (f"Numéro;Prénom\n{A};Zoé\n".encode("cp1252"), "", 1, []),
    "Russian header in cp1251": (f"Имя;Номер\nИра;{A}\n".encode("cp1251"), "", 1, []),
    "Arabic header in cp1256": (f"الاسم;رقم الهاتف\nعلي;{A}\n".encode("cp1256"), "", 1, []),
    "Arabic header in UTF-8": (f"الاسم,رقم الجوال\nعلي,{A}\n", "", 1, []),
    "unknown header": (f"Teilnehmer\n{A}\n{B}\n", "", 2, []),
    "UTF-8 with BOM": (codecs.BOM_UTF8 + f"Number\n{A}\n".encode(), "", 1, []),
    "UTF-16 with BOM": (f"Number\n{A}\n".encode("utf-16"), "", 1, []),
    "UTF-16 big endian": (codecs.BOM_UTF16_BE + f"Number\n{A}\n".encode("utf-16-be"), "", 1, []),
    "UTF-16 without BOM": (f"Number,Name\n{A},x\n{B},y\n".encode("utf-16-le"), "", 2, []),
    "comma": (f"id,phone,name\n1,{A},x\n2,{B},y\n", "", 2, []),
    "semicolon": (f"id;phone;name\n1;{A};x,y\n2;{B};z\n", "", 2, []),
    "tab": (f"id\tphone\n1\t{A}\n", "", 1, []),
    "pipe": (f"id|phone\n1|{A}\n", "", 1, []),
    "Excel's sep line": (f"sep=;\nid;phone\n1;{A}\n", "", 1, []),
    "numbers in the second column without header": (f"100001,{A}\n100002,{B}\n", "", 2, []),
    "00 prefix": ("00971501234567\n", "", 1, []),
    "bare digits": ("971501234567\n", "", 1, []),
    "national with country": ("0501234567\n050 123 4568\n501234569\n", "AE", 3, []),
    "national without country": ("0501234567\n" + A + "\n", "", 1, [(1, "invalid")]),
    "bare international with country": ("971501234567\n", "AE", 1, []),
    "spaces, dots and dashes": (
        "+971 50 123 4567\n+971-50-123-4568\n+971.50.123.4569\n",
        "",
        3,
        [],
    ),
    "brackets and tel:": ("tel:+971501234567\n+971 (50) 123-4568\n", "", 2, []),
    "invisible marks": (f"{RLM}{A}\u200b\n\u202a{B}\u202c\n\u00a0{C}\u00a0\n", "", 3, []),
    "Arabic-Indic digits": ("٠٥٠١٢٣٤٥٦٧\n۰۵۰۱۲۳۴۵۶۸\n", "AE", 2, []),
    "full-width": (A.translate({c: c + 0xFEE0 for c in map(ord, A)}), "", 1, []),
    "Excel formula": (f"{_excel(A)}\n{_excel(B)}\n", "", 2, []),
    "Excel formula quoted": ('"=""+971501234567"""\n', "", 1, []),
    "Excel apostrophe": (f"'{A}\n", "", 1, []),
    "float of pandas": ("971501234567.0\n", "", 1, []),
    "scientific": (
        f"9.71501E+11\n{A}\n9.71501234567e11\n",
        "",
        1,
        [(1, "scientific"), (3, "scientific")],
    ),
    "scientific with comma": (f"id;n\n1;9,71501E+11\n2;{A}\n", "", 1, [(2, "scientific")]),
    "duplicates in the file": (
        f"{A}\n00971501234567\n+971 50 123 4567\n",
        "",
        1,
        [(2, "duplicate_in_file"), (3, "duplicate_in_file")],
    ),
    "blank lines": (f"{A}\n\n{B}\n,\n", "", 2, [(2, "empty"), (4, "empty")]),
    "letters, short and long": (
        f"{A}\nhello\n+97150\n+9715012345671234\n",
        "",
        1,
        [(2, "invalid"), (3, "invalid"), (4, "invalid")],
    ),
    "another country": (f"{A}\n+33612345678\n", "AE", 1, [(2, "other_country")]),
    "any country without a country": (f"{A}\n+33612345678\n", "", 2, []),
    "quoted line ends": (
        f'name,phone\n"two\nlines",{A}\nx,{B}\nx,bad\n',
        "",
        2,
        [(5, "invalid")],
    ),
    "a quote that never closes": (f'name,phone\nx"y,{A}\nz,{B}\n', "", 2, []),
    "a line too long": (f"{A}\n{'x' * 20_000}\n{B}\n", "", 2, [(2, "line_too_long")]),
    "rows of different length": (f"id,phone\n1,{A}\n2\n3,{B},x,y\n", "", 2, [(3, "empty")]),
    "hostile cells": (
        f"phone\n{A}\n<script>\n=cmd|' /C calc'!A0\n{{{{ 7*7 }}}}\n",
        "",
        1,
        [(3, "invalid"), (4, "invalid"), (5, "invalid")],
    ),
    # How a file is put together
    "mixed line ends": (f"{A}\r\n{B}\n{C}\r", "", 3, []),
    "a form feed and a line separator inside a cell": (
        f"{A},page\x0cbreak\n{B},line\u2028break\n{C},x\n",
        "",
        3,
        [],
    ),
    "NUL bytes": (
        f"phone\n{A[:5]}\x00{A[5:]}\n{B}\n".encode() + b"x" * 100,
        "",
        2,
        [(4, "invalid")],
    ),
    "Ctrl-Z at the end": (f"{A}\n{B}\n\x1a", "", 2, []),
    "blank lines above the header": (f"\n\nPhone\n{A}\n", "", 1, []),
    "a header again in the middle": (f"Phone\n{A}\nPhone\n{B}\n", "", 2, [(3, "invalid")]),
    "delimiters at the end of each line": (f"{A};;;\n{B};;;\n", "", 2, []),
    "thousands of columns": (f"{A}{',x' * 3000}\n{B}{',y' * 3000}\n", "", 2, []),
    "a line of exactly 8,192 characters": (f"{A},{'x' * 8178}\n{B},y\n", "", 2, []),
    "a line of one character more": (f"{A},{'x' * 8179}\n{B},y\n", "", 1, [(1, "line_too_long")]),
    "a cell too long to be a number": (
        f"{A}\n{'1' * 201}\n{B}\n",
        "",
        2,
        [(2, "cell_too_long")],
    ),
    "eight thousand digits, dots and blanks": (
        f"{A}\n{'1' * 8000}\n{'1.0' * 2700}\n{' ' * 8000}\n={' ' * 4000}\n",
        "",
        1,
        [(line, "cell_too_long") for line in (2, 3, 4, 5)],
    ),
    # Encodings
    "UTF-16 with an emoji and old Mac line ends": (
        f"Number\tName\r{A}\t\U0001f98a\r{B}\tx\r".encode("utf-16"),
        "",
        2,
        [],
    ),
    "a Gurmukhi name in UTF-16, whose halves look like line ends": (
        codecs.BOM_UTF16_LE + f"Number,Name\n{A},\u0a0a\u0a0d\n{B},\u0a00\n".encode("utf-16-le"),
        "",
        2,
        [],
    ),
    "UTF-8 with a broken character": (
        b"phone,name\n+971501234567,Zo\xe9\n" + B.encode(),
        "",
        2,
        [],
    ),
    "Polish header in cp1250": (f"Imię;Telefon\nŁukasz;{A}\n".encode("cp1250"), "", 1, []),
    "Turkish header in cp1254": (f"İsim;Telefon numarası\nŞule;{A}\n".encode("cp1254"), "", 1, []),
    "Chinese header": (f"姓名,手机号码\n李雷,{A}\n", "", 1, []),
    "Persian header and digits": ("نام,شماره تلفن\nعلی,۰۰۹۷۱۵۰۱۲۳۴۵۶۷\n", "", 1, []),
    "a quoted header behind a BOM": (codecs.BOM_UTF8 + f'"Number"\n"{A}"\n'.encode(), "", 1, []),
    # Delimiters and quotes
    "Excel's sep line with a tab": (f"sep=\t\nid\tphone\n1\t{A}\n", "", 1, []),
    "a sep line that names a letter": (f"sep=x\n{A}\n{B}\n", "", 2, []),
    "decimal commas beside semicolons": (f"phone;price\n{A};1,50\n{B};2,75\n", "", 2, []),
    "every cell quoted": (f'"id","phone"\n"1","{A}"\n"2","{B}"\n', "", 2, []),
    "doubled quotes in a cell": (f'name,phone\n"the ""boss""",{A}\n', "", 1, []),
    "a delimiter inside quotes": (f'name,phone\n"Doe, Jane",{A}\n"Roe, Ann",{B}\n', "", 2, []),
    "a quoted cell of twenty lines": (
        'note,phone\n"' + "x\n" * 20 + f'",{A}\nz,{B}\n',
        "",
        2,
        [],
    ),
    "a quoted cell of more lines than are waited for": (
        'note,phone\n"' + "x\n" * 22 + f'",{A}\nz,{B}\n',
        "",
        2,
        [(line, "empty") for line in range(2, 24)],
    ),
    "quotes that never close, one after the other": (
        "phone,name\n" + f'{A},"x\n' + f"{B},y\n" * 2,
        "",
        2,
        [(4, "duplicate_in_file")],
    ),
    "two columns of numbers, one of them named": (
        f"fax,mobile\n{C},{A}\n{C},{B}\n",
        "",
        2,
        [],
    ),
    # Cells
    "formulas": (
        f'phone\n=1+1\n@SUM(A1)\n"=HYPERLINK(""http://x"",""{A}"")"\n{B}\n',
        "",
        1,
        [(2, "invalid"), (3, "invalid"), (4, "invalid")],
    ),
    "a formula of digits": ("phone\n=+971501234567\n=971 50 123 4568\n", "", 2, []),
    "extensions and short codes": (
        f"{A} ext. 5\n112\n+971 112\n{B}\n",
        "AE",
        1,
        [(1, "invalid"), (2, "invalid"), (3, "invalid")],
    ),
    "calling codes of no country": (
        "+80012345678\n+999123456789\n+210501234567\n",
        "",
        1,
        [(2, "invalid"), (3, "invalid")],
    ),
    "an Italian landline keeps its zero": ("+39 06 6982 1234\n06 6982 1235\n", "IT", 2, []),
    "an Argentine mobile number as it is dialled at home": ("011 15-2345-6789\n", "AR", 1, []),
    "a Kazakh number in a Kazakh pool, a Russian one too": (
        "87710009998\n+7 771 000 99 97\n+7 912 345-67-89\n",
        "KZ",
        3,
        [],
    ),
    "all zeros and all nines": (
        f"0000000000\n9999999999\n+000000000000\n{A}\n",
        "AE",
        1,
        [(1, "invalid"), (2, "invalid"), (3, "invalid")],
    ),
    "more digits than any number has": (
        f"{A}\n+9715012345678901234567890\n{2**63}\n",
        "",
        1,
        [(2, "invalid"), (3, "invalid")],
    ),
    "fractions, words and dates": (
        f"{A}\n1/2\n12.05.2026\nn/a\nNULL\n",
        "",
        1,
        [(2, "invalid"), (3, "invalid"), (4, "invalid"), (5, "invalid")],
    ),
    "only repeats of one number": (
        f"{A}\n" * 5,
        "",
        1,
        [(line, "duplicate_in_file") for line in (2, 3, 4, 5)],
    ),
}


def _zip_of(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "<x/>")
    return buffer.getvalue()


# name: (content, the refusal's fault, a word that the person reads)
REFUSED = {
    "nothing": (b"", "empty_file", "empty"),
    "blank lines": (b"\n\n \r\n", "empty_file", "empty"),
    "a byte order mark alone": (codecs.BOM_UTF8, "empty_file", "empty"),
    "a mark of UTF-16 alone": (codecs.BOM_UTF16_LE, "empty_file", "empty"),
    "an Excel workbook": (_zip_of("xl/workbook.xml"), "not_csv", "Excel workbook (.xlsx)"),
    "an OpenDocument file": (
        _zip_of("application/vnd.oasis.opendocument"),
        "not_csv",
        "OpenDocument",
    ),
    "a ZIP archive": (_zip_of("numbers.csv"), "not_csv", "Unpack it"),
    "an old Excel workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "not_csv", ".xls"),
    "a gzip archive": (b"\x1f\x8b\x08\x00" + b"x" * 99, "not_csv", "gzip"),
    "a PDF": (b"%PDF-1.7\n" + A.encode(), "not_csv", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "not_csv", "a picture"),
    "a photo": (b"\xff\xd8\xff\xe0" + b"x" * 3_000_000, "not_csv", "a picture"),
    "a web page": (f"<!DOCTYPE html>\n<p>{A}".encode(), "not_csv", "a web page"),
    "a web page behind a mark": (b"\xef\xbb\xbf\n<html>" + A.encode(), "not_csv", "a web page"),
    "XML": (b'<?xml version="1.0"?><a/>', "not_csv", "XML"),
    "JSON": (f'[{{"phone": "{A}"}}]'.encode(), "not_csv", "JSON"),
    "contacts": (f"BEGIN:VCARD\nTEL:{A}\n".encode(), "not_csv", "contacts"),
    "UTF-32": (A.encode("utf-32"), "not_csv", "UTF-8"),
    "all bytes there are": (bytes(range(256)) * 20, "not_csv", "binary data"),
    "control characters": (b"\x01\x02\x03\x04" * 50, "not_csv", "binary data"),
    "words": (b"hello\nworld\n", "nothing_new", "2 rejected"),
    "the names of columns alone": (b"Phone;Name\n", "no_lines", "no line below them"),
    "the names of columns in UTF-16": ("Phone\r\n".encode("utf-16"), "no_lines", "columns"),
    "one line of 5 MB": (b"1" * 5_000_000, "endless_line", "one number in a line"),
    "one line of 5 MB of quotes and delimiters": (
        b'",' * 2_500_000,
        "endless_line",
        "one number in a line",
    ),
    "a line of 5 MB behind good ones": (
        f"{A}\n".encode() + b"+1 " * 1_700_000,
        "endless_line",
        "1024 KB",
    ),
    "one line of 60 KB": (b"971501234567 " * 5_000, "endless_line", "8 KB"),
    "too large": (f"{A}\n".encode() * 500_000, "too_large", "larger than 6 MB"),
}
