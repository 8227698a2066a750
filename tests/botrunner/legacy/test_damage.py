"""What real files look like: of each what is sound comes in, and the rest is told."""

import json
import sqlite3

import pytest

from accounts.models import LegacyRecord
from tests.botrunner.legacy.files import reasons, run, state, write

pytestmark = pytest.mark.django_db

NAIVE, ZONED = "2021-05-05T10:00:00", "2021-05-05T12:00:00+02:00"
SOUND_STATE = {"seen_videos": [3], "premium_until": NAIVE}
SOUND = {
    "user_states": {"7001": SOUND_STATE},
    "users_json": {"7001": {"username": "ann_1", "joined": NAIVE}},
    "points_json": {"7001": 5},
}
# None of them is a user's number.
IDS = ["", "abc", "0", "-5", "1.5", "9223372036854775808", "7001abc", "Infinity", "null"]


def pieces(owner_id=7001):
    rows = LegacyRecord.objects.filter(owner_id=owner_id).order_by("part")
    return dict(rows.values_list("part", "value"))


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("bad", [None, "words", [], [[]], True, 1.5])
def test_what_is_of_another_shape_leaves_the_sound_user_alone(kind, bad, tmp_path):
    document = {"7000": bad, **SOUND[kind]}

    report = run(kind, write(tmp_path, "f.json", document), "--ids=telegram")

    assert set(LegacyRecord.objects.values_list("owner_id", flat=True)) == {7001}
    assert list(reasons(report)) == ["7000"]


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("owner", IDS)
def test_what_is_no_id_is_told_and_the_others_come_in(kind, owner, tmp_path):
    value = next(iter(SOUND[kind].values()))
    document = {owner: value, **SOUND[kind]}

    report = run(kind, write(tmp_path, "f.json", document), "--ids=telegram")

    assert "is no user id" in str(list(reasons(report).values()))
    assert set(LegacyRecord.objects.values_list("owner_id", flat=True)) == {7001}


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off_gives_what_is_whole(kind, cut, tmp_path):
    value = next(iter(SOUND[kind].values()))
    text = json.dumps({str(7000 + n): value for n in range(1, 60)})

    report = run(kind, write(tmp_path, "f.json", text[: int(len(text) * cut)]), "--ids=telegram")

    owners = set(LegacyRecord.objects.values_list("owner_id", flat=True))
    assert 7001 in owners and 10 < len(owners) < 59
    assert "damaged at line 1" in str(report["faults"])
    before = state()
    run(kind, tmp_path / "f.json", "--ids=telegram")
    assert state() == before


def test_nulls_missing_and_extra_keys_are_no_faults(tmp_path):
    document = {
        "7001": {"seen_videos": None, "premium_until": None, "ad_link": None, "extra": [1]},
        "7002": {},
        "7003": {"seen_videos": [4], "hourly_count": "3", "theme": {"dark": True}},
    }

    report = run("user_states", write(tmp_path, "user_states.json", document))

    assert report["faults"] == []
    assert pieces(7003)["seen"] == {"numbers": [4]}


@pytest.mark.parametrize(("time", "kept"), [(NAIVE, "10:00:00"), (ZONED, "10:00:00")])
def test_a_time_without_a_zone_is_utc(time, kept, tmp_path):
    document = {"7001": {"premium_until": time}}

    run("user_states", write(tmp_path, "user_states.json", document))

    assert pieces()["premium"]["until"] == f"2021-05-05T{kept}+00:00"


@pytest.mark.parametrize("owner", ["7001", " 7001 ", "7001.0", "+7001"])
def test_ids_as_text_are_read_in_tables_too(owner, tmp_path):
    write(tmp_path, "users.csv", f"user_id,balance,extra\n{owner},5,x\n")

    run("community_csv", tmp_path, "--ids=telegram")

    assert pieces()["points"] == {"points": 5}


def make_players(path, sql, *rows):
    with sqlite3.connect(path) as database:
        database.execute(sql)
        for row in rows:
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO players VALUES ({marks})", row)
    database.close()
    return path


def test_columns_of_any_type_and_number_are_read_as_they_are(tmp_path):
    path = make_players(
        tmp_path / "bot.db",
        "CREATE TABLE players (user_id TEXT, coins TEXT, vip_until, extra BLOB)",
        ("7001", "5", None, b"\x00\xff"),
        (7002, 5.5, "soon", None),
        (None, 5, 0, None),
        (b"7003", 5, 0, None),
    )

    report = run("players_sqlite", path)

    assert pieces()["points"] == {"points": 5}
    assert len(report["faults"]) == 4
    assert not LegacyRecord.objects.filter(owner_id=7003).exists()


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW players AS WITH RECURSIVE n(user_id) AS"
        " (SELECT 1 UNION ALL SELECT user_id + 1 FROM n) SELECT user_id FROM n",
        "CREATE VIRTUAL TABLE players USING fts5(user_id)",
    ],
)
def test_a_view_without_end_is_not_run(sql, tmp_path):
    path = make_players(tmp_path / "bot.db", sql)

    with pytest.raises(Exception, match="no plain table"):
        run("players_sqlite", path)
