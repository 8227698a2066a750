import json
import re
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from accounts.services import COMMAND
from numbers.errors import BatchLeased, BatchUsed, FileRefused
from numbers.importing.numerals import read_cell
from numbers.importing.parse import parse_file
from numbers.importing.sniff import read_facts, sniff
from numbers.models import Batch, Number, Pool, Rejection
from numbers.services import delete_batch, disable_batch, enable_batch, release_lease, undo_batch
from numbers.services.imports import load_file, preview_file
from tests.factories.numbers import make_lease, make_pool, minutes

pytestmark = pytest.mark.django_db
A, B, C = "+971501234567", "+971501234568", "+971501234569"
N = 971501234567


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def load(content, *, pool=None, name="numbers.csv", **terms):
    terms = {"rights_confirmed": True, "actor": COMMAND, "now": timezone.now(), **terms}
    pool = pool or make_pool()
    return load_file(BytesIO(as_bytes(content)), pool=pool, original_name=name, **terms)


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

    found = list(parse_file(BytesIO(content), dialect, "AE"))

    at = [line for parsed in found for line, _ in parsed.numbers.values()]
    at += [line.line for parsed in found for line in parsed.rejections]
    assert len(set(at)) == len(at) <= max(lines, len(content) // 2)


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


def test_a_number_in_stock_belongs_to_the_other_import():
    load(f"{A}\n")

    batch, outcome = load(f"{A}\n{B}\n")

    assert (outcome.accepted, outcome.duplicates, batch.numbers.count()) == (1, 1, 1)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["", "AE", "FR", "US"]))
def test_a_cell_is_a_number_or_a_reason(cell, country):
    e164, reason = read_cell(cell, country)

    assert bool(e164) != bool(reason)
    assert not e164 or 10**6 <= e164 < 10**15


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
