import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import Member
from points.errors import TooEarly
from points.services import claim_daily
from tests.botrunner.legacy.files import balances, reasons, run, state
from tests.factories import make_member
from vip.models import AutoSearch, Grant, Membership

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SOON = int((NOW + timedelta(days=3)).timestamp())


def players(folder, *rows, columns="user_id, coins, vip_until"):
    path = folder / "players.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE players ({columns})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO players VALUES ({marks})", row)  # noqa: S608
    return path


def test_coins_become_points_and_vip_a_grant_to_the_second(tmp_path):
    path = players(tmp_path, (7001, 120, SOON), ("7002", "30", 0), (7003, None, None))

    report = run("players_sqlite", path)

    assert balances() == {7001: 120, 7002: 30, 7003: 0}
    grant = Grant.objects.get()
    assert (grant.kind, int(grant.until_after.timestamp())) == ("legacy", SOON)
    assert Membership.objects.get().vip_until == datetime.fromtimestamp(SOON, UTC)
    assert (report["given"]["points"], report["faults"]) == (2, [])


def test_vip_that_has_ended_brings_nothing_and_tells_nobody(tmp_path):
    run("players_sqlite", players(tmp_path, (7001, 0, 1_600_000_000)))

    assert not Grant.objects.exists()
    assert Membership.objects.filter(vip_until__isnull=False).count() == 0


def test_longer_vip_here_stays(tmp_path):
    member, later = make_member(telegram_id=7001), NOW + timedelta(days=9)
    Membership.objects.create(member=member, vip_until=later)

    run("players_sqlite", players(tmp_path, (7001, 0, SOON)))

    assert Membership.objects.get().vip_until == later


def test_auto_search_language_and_the_last_bonus_come_along(tmp_path):
    columns = (
        "user_id, username, language, remind, last_bonus_claim, last_search, auto_search_enabled,"
        " auto_search_count, auto_search_boost_count, auto_search_boost_until"
    )
    claimed = int(NOW.timestamp()) - 3600
    row = (7001, "ann", "fr", 1, claimed, claimed, 1, 12, 20, SOON)

    run("players_sqlite", players(tmp_path, row, columns=columns))

    member, auto = Member.objects.get(), AutoSearch.objects.get()
    assert (member.username, member.language) == ("ann", "fr")
    assert (auto.is_on, auto.boost, int(auto.boost_until.timestamp())) == (True, 20, SOON)
    with pytest.raises(TooEarly):
        claim_daily(member_id=member.pk, interval=timedelta(days=1), now=NOW)


def test_bad_rows_and_columns_are_told(tmp_path):
    rows = [
        (None, 1, 0),
        ("x", 1, 0),
        (7001, -5, SOON),
        (7002, 1.5, "soon"),
        (7003, b"\xff\x00", 10**14),
        (7004, 7, 0),
        (7004, 8, 0),
    ]

    report = run("players_sqlite", players(tmp_path, *rows))

    assert sorted(reasons(report)) == [
        "row 1",
        "row 2",
        "row 3, coins",
        "row 4, coins",
        "row 4, vip_until",
        "row 5, coins",
        "row 5, vip_until",
        "row 7",
    ]
    assert balances() == {7001: 0, 7002: 0, 7003: 0, 7004: 7}
    assert Grant.objects.count() == 1


def test_a_second_import_changes_nothing(tmp_path):
    path = players(tmp_path, (7001, 120, SOON))
    run("players_sqlite", path)
    Membership.objects.update(vip_until=None)
    before = state(), list(Grant.objects.values())

    run("players_sqlite", path)

    assert (state(), list(Grant.objects.values())) == before
    assert Membership.objects.get().vip_until is None


def test_of_a_truncated_file_the_rows_before_the_damage_come_in(tmp_path):
    columns = "user_id, coins, filler"
    rows = [(7000 + number, 5, "x" * 500) for number in range(100)]
    path = players(tmp_path, *rows, columns=columns)
    path.write_bytes(path.read_bytes()[:-10_000])

    report = run("players_sqlite", path)

    assert 20 < report["given"]["points"] < 100
    assert set(balances().values()) == {5}
    first, last = report["faults"]
    assert "cut off" in first["reason"]
    assert "damaged" in last["reason"]


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to look at" * 9])
def test_what_is_no_database_of_players_is_an_error(tmp_path, content):
    path = tmp_path / "players.db"
    path.write_bytes(content)
    before = state()

    with pytest.raises(CommandError):
        run("players_sqlite", path)

    assert state() == before


def test_a_table_without_ids_and_a_missing_file_are_errors(tmp_path):
    with pytest.raises(CommandError, match="no user_id"):
        run("players_sqlite", players(tmp_path, (1,), columns="coins"))
    with pytest.raises(CommandError, match="no such file"):
        run("players_sqlite", tmp_path / "none.db")


def test_the_file_is_only_read(tmp_path):
    path = players(tmp_path, (7001, 120, SOON))
    path.chmod(0o444)
    content = path.read_bytes()

    run("players_sqlite", path)

    assert path.read_bytes() == content
    assert sorted(found.name for found in tmp_path.iterdir()) == ["players.db"]
