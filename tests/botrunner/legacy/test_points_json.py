import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import AuditEntry, LegacyRecord, Member
from accounts.services import COMMAND, delete_member
from points.models import DayScore, Entry
from points.services import verify_ledger
from tests.botrunner.legacy.files import balances, reasons, run, state, write
from tests.factories import make_member

pytestmark = pytest.mark.django_db
TELEGRAM = "--ids=telegram"


def test_points_become_one_entry_of_their_own_kind_each(tmp_path):
    known = make_member(telegram_id=7001, points=5)
    path = write(tmp_path, "points.json", {"7001": 100, "7002": "250", "7003": 0})

    report = run("points_json", path, TELEGRAM)

    assert balances() == {7001: 105, 7002: 250, 7003: 0}
    entries = Entry.objects.filter(kind="legacy_import")
    assert sorted(entries.values_list("amount", "note")) == [
        (100, "points.json"),
        (250, "points.json"),
    ]
    assert (report["members_new"], report["members_known"]) == (2, 1)
    assert (report["before"]["points"], report["after"]["points"]) == (5, 355)
    assert report["amounts"] == {"points": 350}
    assert not DayScore.objects.filter(member=known).exists()
    assert verify_ledger(actor=COMMAND, now=timezone.now()).faults == []


def test_a_second_import_changes_nothing(tmp_path):
    path = write(tmp_path, "points.json", {"7001": 100, "7002": 250})
    run("points_json", path, TELEGRAM)
    before = state()

    report = run("points_json", path, TELEGRAM)

    assert state() == before
    assert (report["given"], report["known"]) == ({}, {"points": 2})


def test_another_value_for_what_was_imported_is_told_and_not_taken(tmp_path):
    run("points_json", write(tmp_path, "points.json", {"7001": 100}), TELEGRAM)

    report = run("points_json", write(tmp_path, "points.json", {"7001": 900}), TELEGRAM)

    assert balances() == {7001: 100}
    assert "another value" in reasons(report)["points 7001"]


def test_a_dry_run_counts_and_writes_nothing(tmp_path):
    make_member(telegram_id=7001)
    path = write(tmp_path, "points.json", {"7001": 100, "7002": 250, "x": 1})
    before = state()

    report = run("points_json", path, TELEGRAM, "--dry-run")

    assert state() == before
    assert report["given"] == {"points": 2}
    assert (report["members_new"], report["members_known"]) == (1, 1)
    assert report["amounts"] == {"points": 350}
    assert list(reasons(report)) == ["x"]


def test_ids_of_another_network_are_held_and_nobody_is_made(tmp_path):
    make_member(telegram_id=7001)
    path = write(tmp_path, "points.json", {"7001": 100})

    report = run("points_json", path)
    again = run("points_json", path)

    assert balances() == {7001: 0}
    assert (report["held"], again["held"], again["known"]) == ({"points": 1}, {}, {"points": 1})
    assert LegacyRecord.objects.get().member_id is None


def test_what_was_held_by_mistake_is_given_once_the_ids_are_told(tmp_path):
    path = write(tmp_path, "points.json", {"7001": 100})
    run("points_json", path)

    run("points_json", path, TELEGRAM)
    run("points_json", path, TELEGRAM)

    assert balances() == {7001: 100}


@pytest.mark.parametrize(
    "value",
    [-1, 1.5, None, True, "1e3", "٥", "abc", "", [], {}, 2**63, 10**12 + 1, "1.5", "-5"],
    ids=repr,
)
def test_what_is_no_amount_is_a_bad_row_and_the_others_come_in(tmp_path, value):
    path = write(tmp_path, "points.json", {"7001": value, "7002": 5})

    report = run("points_json", path, TELEGRAM)

    assert balances() == {7002: 5}
    assert list(reasons(report)) == ["7001"]


@pytest.mark.parametrize("owner", ["", "abc", "-5", "0", "1.5", "9" * 30, "7001 x", "\ud800"])
def test_what_is_no_id_is_a_bad_row(tmp_path, owner):
    path = write(tmp_path, "points.json", {owner: 100, "7002": 5})

    report = run("points_json", path, TELEGRAM)

    assert balances() == {7002: 5}
    assert report["faults_count"] == 1


def test_nan_and_infinity_are_bad_rows(tmp_path):
    path = write(tmp_path, "points.json", '{"1": NaN, "2": Infinity, "3": 4.0}')

    assert sorted(reasons(run("points_json", path, TELEGRAM))) == ["1", "2"]
    assert balances() == {3: 4}


def test_a_key_that_stands_twice_is_told(tmp_path):
    path = write(tmp_path, "points.json", '{"7001": 1, "7001": 2, "07001": 3}')

    report = run("points_json", path, TELEGRAM)

    assert balances() == {7001: 2}
    assert sorted(reasons(report)) == ["07001", "7001"]


@pytest.mark.parametrize(
    "damage", ['{"7001": 12', "", "null", "not json", b"\xff\x00\xfe", "[" * 9**5]
)
def test_a_damaged_file_makes_room_for_its_backup(tmp_path, damage):
    path = write(tmp_path, "points.json", damage)
    write(tmp_path, "points-backup.json", {"7001": 90})
    write(tmp_path, "points-emergency.json", [["7001", 80]])

    report = run("points_json", path, TELEGRAM)

    assert balances() == {7001: 90}
    assert report["notes"] == ["points-backup.json was read"]
    assert [fault["file"] for fault in report["faults"]] == ["points.json"]


def test_without_the_backup_the_emergency_file_is_read(tmp_path):
    write(tmp_path, "points.json", "{")
    write(tmp_path, "points-emergency.json", [["7001", 80], [7002, 5], ["x"], None, [7001, 1]])

    report = run("points_json", tmp_path, TELEGRAM)

    assert balances() == {7001: 80, 7002: 5}
    assert report["notes"] == ["points-emergency.json was read"]
    assert sorted(reasons(report)) == ["[2]", "[3]", "[4]", "file"]


def test_of_damaged_files_alone_the_part_before_the_damage_is_read(tmp_path):
    path = write(tmp_path, "points.json", '{"7001": 100, "7002": 25, "7003": 12')

    run("points_json", path, TELEGRAM)

    # 12 may be what is left of 12345.
    assert balances() == {7001: 100, 7002: 25}


def test_no_file_at_all_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="can be read"):
        run("points_json", tmp_path)


def test_a_file_with_a_mark_or_of_utf_16_is_read(tmp_path):
    write(tmp_path, "points.json", '{"7001": 5}'.encode("utf-8-sig"))
    run("points_json", tmp_path, TELEGRAM)
    write(tmp_path, "points.json", '{"7002": 6}'.encode("utf-16"))
    run("points_json", tmp_path, TELEGRAM)

    assert balances() == {7001: 5, 7002: 6}


def test_who_deleted_his_data_is_not_brought_back(tmp_path):
    member = make_member(telegram_id=7001)
    path = write(tmp_path, "points.json", {"7001": 100})
    run("points_json", path, TELEGRAM)
    delete_member(member_id=member.pk, actor=COMMAND, now=timezone.now())
    make_member(telegram_id=7001)

    report = run("points_json", path, TELEGRAM)

    assert balances() == {None: 100, 7001: 0}
    assert "deleted" in reasons(report)["7001"]
    assert not LegacyRecord.objects.exists()


def test_a_frozen_member_gets_his_points_too(tmp_path):
    make_member(telegram_id=7001, frozen_at=timezone.now())

    run("points_json", write(tmp_path, "points.json", {"7001": 100}), TELEGRAM)

    assert balances() == {7001: 100}


def test_chunks_that_were_done_before_a_stop_are_not_done_again(tmp_path, monkeypatch):
    monkeypatch.setattr("botrunner.legacy.load.CHUNK", 2)
    rows = {str(7000 + number): number for number in range(1, 6)}
    run("points_json", write(tmp_path, "points.json", dict(list(rows.items())[:2])), TELEGRAM)

    run("points_json", write(tmp_path, "points.json", rows), TELEGRAM)

    assert balances() == {int(owner): points for owner, points in rows.items()}


def test_the_import_stands_in_the_audit(tmp_path):
    run("points_json", write(tmp_path, "points.json", {"7001": 100}), TELEGRAM)

    entry = AuditEntry.objects.get(action="legacy.import")
    assert (entry.target, entry.details["given"]) == ("points_json", {"points": 1})
    assert Member.objects.count() == 1
