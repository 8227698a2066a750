"""What stays: the last ones, one an hour, one a day; by the clock, also when it jumps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from project.backups.ledger import Holdings
from project.backups.manifest import MANIFEST, Backup, StoredFile, write_manifest
from project.backups.places import Place, choose_kept, list_in, prune

NEWEST = datetime(2030, 5, 20, 12, 55, tzinfo=UTC)


def make(moment: datetime, folder: Path = Path()) -> Backup:
    name = f"{moment:%Y%m%dT%H%M%S}"
    return Backup(
        name=name,
        made_at=moment.isoformat(),
        vendor="sqlite",
        is_sealed=False,
        seconds=0.1,
        holdings=Holdings(members=1, points=1, entries=1, last_entry_at=""),
        database=StoredFile(path="database.sqlite3", bytes=1, sha256="", source_bytes=1),
        uploads=(),
        folder=folder / name,
        place="primary",
    )


def keep(moment: datetime, folder: Path) -> Backup:
    backup = make(moment, folder)
    backup.folder.mkdir(parents=True)
    write_manifest(backup)
    return backup


def every_five_minutes(count: int) -> list[Backup]:
    return [make(NEWEST - timedelta(minutes=5 * index)) for index in range(count)]


def test_keeps_twelve_then_one_an_hour_then_one_a_day():
    kept = choose_kept(every_five_minutes(20 * 288), NEWEST)

    moments = [backup.moment for backup in kept]
    assert moments[:12] == [NEWEST - timedelta(minutes=5 * index) for index in range(12)]
    assert len({f"{moment:%d%H}" for moment in moments[:35]}) == 24
    assert len({moment.date() for moment in moments}) == 14
    assert len(kept) <= 12 + 24 + 14


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [("LAST", 3, 3), ("HOURLY", 2, 2), ("DAILY", 5, 5)],
)
def test_each_setting_is_heard(settings, name, value, count):
    settings.BACKUP_KEEP_LAST = settings.BACKUP_KEEP_HOURLY = settings.BACKUP_KEEP_DAILY = 0
    setattr(settings, f"BACKUP_KEEP_{name}", value)

    assert len(choose_kept(every_five_minutes(6 * 288), NEWEST)) == count


def test_the_hour_keeps_its_newest():
    settings_moment = datetime(2030, 5, 20, 9, 0, tzinfo=UTC)
    backups = [make(NEWEST - timedelta(minutes=5 * index)) for index in range(100)]

    kept = {backup.moment for backup in choose_kept(backups, NEWEST)}

    assert settings_moment + timedelta(minutes=55) in kept
    assert settings_moment + timedelta(minutes=50) not in kept


def test_rotation_day_after_day_keeps_what_the_rules_say(tmp_path):
    place = Place("primary", tmp_path)
    for index in range(16 * 24):
        moment = NEWEST + timedelta(hours=index)
        keep(moment, tmp_path)
        prune(place, moment)

    moments = [backup.moment for backup in list_in(place)]
    last = NEWEST + timedelta(hours=16 * 24 - 1)
    assert moments[:24] == [last - timedelta(hours=index) for index in range(24)]
    assert len({moment.date() for moment in moments}) == 14


def test_after_the_clock_was_set_back_new_backups_stay_and_the_others_do_not_go(tmp_path):
    place = Place("primary", tmp_path)
    for index in range(20):
        keep(NEWEST + timedelta(days=300, minutes=5 * index), tmp_path)

    for index in range(20):
        keep(NEWEST + timedelta(minutes=5 * index), tmp_path)
        prune(place, NEWEST + timedelta(minutes=5 * index))

    moments = [backup.moment for backup in list_in(place)]
    assert len([moment for moment in moments if moment.year == 2031]) == 20
    past = [moment for moment in moments if moment.year == 2030]
    assert past[:12] == [NEWEST + timedelta(minutes=5 * index) for index in range(19, 7, -1)]


def test_the_emergency_place_keeps_two(tmp_path):
    place = Place("emergency", tmp_path)
    for index in range(4):
        keep(NEWEST + timedelta(minutes=5 * index), tmp_path)

    prune(place, NEWEST + timedelta(days=1))

    assert [backup.moment.minute for backup in list_in(place)] == [10, 5]


def test_what_cannot_be_read_is_not_dropped(tmp_path):
    place = Place("primary", tmp_path)
    backup = keep(NEWEST, tmp_path)
    (backup.folder / MANIFEST).write_text("{")

    prune(place, NEWEST + timedelta(days=100))

    assert backup.folder.exists()
