import codecs
import io
import json
import re
import zipfile
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from accounts.services import COMMAND
from numbers.errors import BatchLeased, BatchUsed, FileRefused
from numbers.importing import parse
from numbers.importing.load import load_file, preview_file
from numbers.importing.numerals import parse_number
from numbers.importing.parse import _records
from numbers.importing.sniff import read_facts, sniff
from numbers.models import Batch, Number, Pool, Rejection
from numbers.services import delete_batch, disable_batch, enable_batch, release_lease, undo_batch
from tests.factories.numbers import make_lease, make_pool, minutes

pytestmark = pytest.mark.django_db
A, B, C = "+971501234567", "+971501234568", "+971501234569"
N = 971501234567
RLM = "\u200f"


def excel(number):
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
    "Excel formula": (f"{excel(A)}\n{excel(B)}\n", "", 2, []),
    "Excel formula quoted": ('"=""+971501234567"""\n', "", 1, []),
    "Excel apostrophe": (f"'{A}\n", "", 1, []),
    "float of pandas": ("971501234567.0\n", "", 1, []),
    "scientific": (f"9.71501E+11\n{A}\n9,71501E+11\n", "", 1, [(1, "scientific")]),
    "scientific with comma quoted": (f"id;n\n1;9,71501E+11\n2;{A}\n", "", 1, [(2, "scientific")]),
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
    "header only": ("Phone\n", "", 0, []),
}


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def load(content, *, pool=None, name="numbers.csv", **terms):
    terms = {"rights_confirmed": True, "actor": COMMAND, "now": timezone.now(), **terms}
    pool = pool or make_pool()
    return load_file(BytesIO(as_bytes(content)), pool=pool, original_name=name, **terms)


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus(name):
    content, country, accepted, rejected = CORPUS[name]

    outcome = preview_file(BytesIO(as_bytes(content)), country=country, bytes_max=10**6)

    found = [(line.line, line.reason) for line in outcome.rejections]
    if name == "scientific":
        # Its comma splits the third line: the mantissa alone is no number.
        assert {line for line, _ in found} == {1, 3}
        found = found[:1]
    assert (outcome.accepted, found) == (accepted, rejected)


PIECES = st.sampled_from(
    [A, B, "050", "+", '"', "'", "=", ",", ";", "\t", "|", "\n", "\r\n", "\x00", "é", "٥", "E+11"]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map("".join)))
def test_whatever_is_uploaded_is_read_or_refused(content):
    content = as_bytes(content)
    lines = len(re.split(b"\r\n|\r|\n", content))
    try:
        facts = read_facts(BytesIO(content), bytes_max=10**6)
        dialect = sniff(facts, "AE")
    except FileRefused:
        return

    found = list(_records(BytesIO(content), dialect))

    at = [line for line, _ in found]
    assert at == sorted(set(at))
    assert len(found) <= max(lines, len(content) // 2)


def as_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty_file"),
        (b"\n\n \r\n", "empty_file"),
        (codecs.BOM_UTF8, "empty_file"),
        (codecs.BOM_UTF16_LE, "empty_file"),
        (as_zip(), "not_csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "not_csv"),
        (b"%PDF-1.7\n" + A.encode(), "not_csv"),
        (b"\x89PNG\r\n\x1a\n", "not_csv"),
        (bytes(range(256)) * 20, "not_csv"),
        (b"\x01\x02\x03\x04" * 50, "not_csv"),
        (b"hello\nworld\n", "nothing_new"),
        (b"+971501234567\n" * 80_000, "too_large"),
    ],
)
def test_what_is_no_list_of_numbers_leaves_nothing_behind(content, fault, settings):
    with pytest.raises(FileRefused) as refused:
        load(content, bytes_max=1024**2)

    assert refused.value.params["fault"] == fault
    assert (Batch.objects.count(), Number.objects.count()) == (0, 0)
    assert not list((settings.MEDIA_ROOT).rglob("*.csv"))


def test_an_import_keeps_the_file_the_counts_and_who_did_it():
    content = f"{A}\nbad\n{B}\n{A}\n".encode()

    batch, _ = load(content, name="../../etc/my\nfile.csv")

    batch.refresh_from_db()
    assert (batch.accepted_count, batch.duplicate_count, batch.rejected_count) == (2, 1, 2)
    assert batch.file.open().read() == content
    assert batch.file.name.startswith("pool_") and "/" not in batch.file.name
    assert batch.uploader_label == "command line"
    assert list(Rejection.objects.values_list("line", "value", "reason")) == [
        (2, "bad", "invalid"),
        (4, A, "duplicate_in_file"),
    ]
    assert AuditEntry.objects.get(action="numbers.import").details["accepted"] == 2


def test_numbers_of_another_file_are_duplicates_in_stock():
    load(f"{A}\n")

    batch, outcome = load(f"{A}\n{B}\n")

    assert [line.reason for line in outcome.rejections] == ["duplicate_in_stock"]
    assert batch.numbers.count() == 1


def test_the_same_file_twice_is_refused():
    load(f"{A}\n")

    with pytest.raises(FileRefused) as refused:
        load(f"{A}\n", name="other-name.csv")

    assert refused.value.params["fault"] == "same_file"
    assert Batch.objects.count() == 1


def test_without_the_declaration_nothing_is_imported():
    with pytest.raises(FileRefused) as refused:
        load(f"{A}\n", rights_confirmed=False)

    assert (refused.value.params["fault"], Batch.objects.count()) == ("rights_not_confirmed", 0)


def test_a_preview_stores_nothing():
    preview_file(BytesIO(f"{A}\n".encode()), country="", bytes_max=1000)

    assert (Batch.objects.count(), Number.objects.count()) == (0, 0)


def test_a_number_stored_meanwhile_belongs_to_the_other_import(monkeypatch):
    monkeypatch.setattr(parse, "_mark_duplicates", lambda chunk, seen: iter(chunk))
    load(f"{A}\n")

    batch, outcome = load(f"{A}\n{B}\n")

    assert (outcome.accepted, outcome.duplicates, batch.numbers.count()) == (1, 1, 1)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["", "AE", "FR", "US"]))
def test_a_cell_is_a_number_or_a_reason(cell, country):
    found = parse_number(cell, country)

    assert bool(found.e164) != bool(found.reason)
    assert not found.e164 or 10**6 <= found.e164 < 10**15


# The command


def test_the_command_prints_each_rejected_line(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text(f"phone\n{A}\nbad\n{A}\n", encoding="utf-8")

    call_command("import_numbers", path, "--pool", "UAE", "--country", "AE", "--rights-confirmed")

    printed = capsys.readouterr().out
    assert "line 3: invalid: 'bad'" in printed
    assert "1 accepted, 1 duplicates, 2 rejected" in printed
    assert Pool.objects.get(name="UAE").country == "AE"


def test_the_command_speaks_json(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text(f"{A}\nbad\n", encoding="utf-8")

    call_command("import_numbers", path, "--pool", "UAE", "--rights-confirmed", "--json")

    report = json.loads(capsys.readouterr().out)
    assert (report["accepted"], report["duplicates"]) == (1, 0)
    assert report["rejected"] == [{"line": 2, "value": "bad", "reason": "invalid"}]


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (A, [], "right to use"),
        ("", ["--rights-confirmed"], "empty"),
        ("bad", ["--rights-confirmed"], "1 rejected"),
        (A, ["--rights-confirmed", "--country", "xyz"], "letters"),
        (A, ["--rights-confirmed", "--country", "ZZ"], "No country has the code ZZ"),
        (None, ["--rights-confirmed"], "could not be read"),
    ],
)
def test_the_command_fails_and_makes_no_pool(tmp_path, content, options, words):
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=words):
        call_command("import_numbers", path, "--pool", "New", *options)

    assert not Pool.objects.filter(name="New").exists()


# Batches


def test_a_disabled_batch_leaves_the_draw_and_comes_back():
    batch, _ = load(f"{A}\n{B}\n")
    make_lease(pool=batch.pool)

    assert disable_batch(batch_id=batch.pk, actor=COMMAND) == 1
    assert sorted(batch.numbers.values_list("state", flat=True)) == ["disabled", "leased"]
    assert enable_batch(batch_id=batch.pk, actor=COMMAND) == 1
    assert sorted(batch.numbers.values_list("state", flat=True)) == ["free", "leased"]


def test_an_undone_import_can_be_done_again(django_capture_on_commit_callbacks):
    batch, _ = load(f"{A}\n")
    storage, name = batch.file.storage, batch.file.name

    with django_capture_on_commit_callbacks(execute=True):
        assert undo_batch(batch_id=batch.pk, actor=COMMAND) == 1

    assert not storage.exists(name)
    assert load(f"{A}\n")[1].accepted == 1


def test_what_was_used_cannot_be_undone():
    batch, _ = load(f"{A}\n{B}\n")
    lease = make_lease(pool=batch.pool)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=lease.started_at)

    with pytest.raises(BatchUsed):
        undo_batch(batch_id=batch.pk, actor=COMMAND)

    assert batch.numbers.count() == 2


def test_a_leased_batch_is_not_deleted():
    batch, _ = load(f"{A}\n{B}\n")
    make_lease(pool=batch.pool)

    with pytest.raises(BatchLeased):
        delete_batch(batch_id=batch.pk, actor=COMMAND, now=timezone.now())

    assert batch.numbers.count() == 2


def test_a_deleted_batch_keeps_what_was_held_for_the_history():
    batch, _ = load(f"{A}\n{B}\n")
    lease = make_lease(pool=batch.pool)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=lease.started_at)

    delete_batch(batch_id=batch.pk, actor=COMMAND, now=lease.started_at + minutes(1))

    batch.refresh_from_db()
    assert (batch.state, batch.numbers.get().pk) == ("deleted", lease.number_id)
    assert AuditEntry.objects.filter(action="numbers.delete_batch").exists()


def test_a_batch_nobody_used_is_deleted_whole():
    batch, _ = load(f"{A}\n{B}\n")

    assert delete_batch(batch_id=batch.pk, actor=COMMAND, now=timezone.now()) == 2
    assert (Batch.objects.count(), Number.objects.count()) == (0, 0)
