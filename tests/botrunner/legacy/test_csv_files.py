import pytest
from django.core.management import CommandError

from numbers.models import Batch, Number, Pool
from numbers.services import verify_stock
from tests.botrunner.legacy.files import reasons, run, write

pytestmark = pytest.mark.django_db
RIGHTS = "--rights-confirmed"
UAE, FRANCE = "uae_20240102_030405.csv", "france_20240102_030405.csv"
FIRST, SECOND, THIRD = "+971501234561", "+971501234562", "+971501234563"


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, UAE, f"Number\n{FIRST}\n{SECOND}\nbroken\n")
    write(tmp_path, FRANCE, "+33612345671\n")
    write(tmp_path, "metadata.json", {UAE: {"country_name": "Emirates", "number_count": 2}})
    usage = {UAE: {"total": 3, "numbers": {FIRST: 3, SECOND: 0}, "last_used": "2024-01-05"}}
    write(tmp_path, "usage_tracking.json", usage)
    return tmp_path


def numbers() -> dict[str, tuple[str, str]]:
    rows = Number.objects.values_list("e164", "pool__name", "state")
    return {f"+{e164}": (pool, state) for e164, pool, state in rows}


def test_files_become_batches_and_used_numbers_come_in_as_used(folder):
    report = run("csv_files", folder, RIGHTS)

    assert numbers() == {
        FIRST: ("Emirates", "used"),
        SECOND: ("Emirates", "free"),
        "+33612345671": ("france", "free"),
    }
    assert report["given"] == {"files": 2, "numbers": 3, "used numbers": 1}
    assert reasons(report) == {"line 4": "invalid"}
    assert verify_stock() == []


def test_a_second_import_changes_nothing(folder):
    run("csv_files", folder, RIGHTS)
    Number.objects.filter(state="used").update(state="free")
    before = numbers(), list(Batch.objects.values())

    report = run("csv_files", folder, RIGHTS)

    assert (numbers(), list(Batch.objects.values())) == before
    assert (report["given"], report["known"]) == ({}, {"files": 2})


def test_a_dry_run_writes_nothing_and_needs_no_declaration(folder):
    report = run("csv_files", folder, "--dry-run")

    assert not Pool.objects.exists()
    assert report["given"] == {"files": 2, "numbers": 3, "used numbers": 1}


def test_without_the_declaration_nothing_is_imported(folder):
    with pytest.raises(CommandError, match="rights-confirmed"):
        run("csv_files", folder)

    assert not Number.objects.exists()


def test_what_has_no_csv_or_no_pool_is_told_and_the_rest_comes_in(folder):
    write(folder, "metadata.json", {"gone_20240102_030405.csv": {}, UAE: None, FRANCE: 5})
    usage = {"lost.csv": {}, UAE: {"numbers": {FIRST: "often", THIRD: 1}}, FRANCE: []}
    write(folder, "usage_tracking.json", usage)
    write(folder, "odd.csv", "+971501234567\n")
    write(folder, "empty_20240102_030405.csv", "")

    report = run("csv_files", folder, RIGHTS)

    assert set(numbers().values()) == {("uae", "free"), ("france", "free")}
    faults = {(fault["file"], fault["place"]) for fault in report["faults"]}
    assert faults == {
        ("metadata.json", "gone_20240102_030405.csv"),
        ("metadata.json", FRANCE),
        ("usage_tracking.json", "lost.csv"),
        ("usage_tracking.json", f"{UAE}, {FIRST}"),
        ("usage_tracking.json", f"{UAE}, {THIRD}"),
        ("usage_tracking.json", FRANCE),
        ("odd.csv", "file"),
        ("empty_20240102_030405.csv", "file"),
        (UAE, "line 4"),
    }


@pytest.mark.parametrize("content", ["", "[]", "null", '{"uae_2024', b"\xff\x00"])
def test_damaged_tables_are_told_and_the_files_come_in(folder, content):
    write(folder, "metadata.json", content)
    write(folder, "usage_tracking.json", content)

    report = run("csv_files", folder, RIGHTS)

    assert len(numbers()) == 3
    damaged = {fault["file"] for fault in report["faults"]}
    assert {"metadata.json", "usage_tracking.json"} <= damaged


def test_a_pool_that_is_there_already_gets_the_numbers_of_its_country(folder):
    Pool.objects.create(name="Emirates", country="AE")
    write(folder, UAE, "0501234561\n0501234562\n")
    write(folder, "usage_tracking.json", {UAE: {"used_numbers": ["0501234562"]}})

    run("csv_files", folder, RIGHTS)

    assert numbers()[SECOND] == ("Emirates", "used")


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="no such folder"):
        run("csv_files", tmp_path / "none", RIGHTS)


@pytest.mark.parametrize("words", [("--dry-run",), (RIGHTS,)])
def test_a_file_without_a_number_is_no_file_that_would_be_given(folder, words):
    write(folder, FRANCE, "Number\nbroken\nbroken too\n")

    report = run("csv_files", folder, *words)

    assert report["given"] == {"files": 1, "numbers": 2, "used numbers": 1}
    bad = [(one["place"], one["reason"]) for one in report["faults"] if one["file"] == FRANCE]
    assert bad == [
        ("file", "No line of the file became a number: 2 rejected."),
        ("line 2", "invalid"),
        ("line 3", "invalid"),
    ]
