"""What may be uploaded as an older bot's file, and what a zip may not do."""

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from botrunner.legacy import uploads
from botrunner.legacy.kinds import KINDS
from botrunner.legacy.uploads import UploadRefused, folder_of, path_of, remove_old_uploads
from tests.botrunner.legacy.zips import keep, make_zip

USERS = "user_id,balance\n1,5\n"


def refused(content: bytes, name: str = "old.zip", kind: str = "community_csv") -> str:
    with pytest.raises(UploadRefused) as refusal:
        keep(content, name, kind)
    root = Path(uploads.settings.LEGACY_UPLOADS)
    assert list(root.iterdir()) == []
    return str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        ("points_json", "my points (1).json", "points.json"),
        ("points_json", "Points-Backup.JSON", "points-backup.json"),
        ("user_states", "states.txt", "user_states.json"),
        ("players_sqlite", "Bot.DB", "Bot.DB"),
        ("players_sqlite", "bot", "upload.db"),
        ("community_csv", "USERS.csv", "users.csv"),
        ("claims", "../../list.csv", "list.csv"),
    ],
)
def test_a_single_file_is_kept_under_a_name_that_its_reader_knows(kind, name, kept):
    token, names = keep(b"anything", name, kind)

    assert names == [kept]
    path = path_of(token, KINDS[kind])
    assert path.is_dir() if KINDS[kind].is_folder else path.name == kept


def test_of_a_zip_only_what_is_of_the_kind_is_kept_whatever_folder_it_lies_in():
    files = {
        "csv_files/UAE_20240101_101010.csv": "x",
        "csv_files/metadata.json": "{}",
        "csv_files/run.sh": "rm",
        "__MACOSX/csv_files/._UAE_20240101_101010.csv": "x",
        "csv_files/.DS_Store": "x",
    }

    _, names = keep(make_zip(files), "csv_files.zip", "csv_files")

    assert names == ["UAE_20240101_101010.csv", "metadata.json"]


def test_nothing_of_an_upload_can_be_run_or_read_by_others():
    content = make_zip({"users.csv": USERS}, mode=stat.S_IFREG | 0o777)
    token, _ = keep(content, "a.zip", "community_csv")

    files = folder_of(token) / uploads.FILES
    assert stat.S_IMODE(files.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "name",
    ["../users.csv", "/etc/users.csv", "a/../../users.csv", "..\\users.csv", "C:\\users.csv"],
)
def test_a_path_that_leads_out_is_refused(name):
    assert "lead out" in refused(make_zip({name: USERS}))


def test_links_devices_and_pipes_are_refused():
    for mode in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO):
        assert "link" in refused(make_zip({"users.csv": "/etc/passwd"}, mode=mode | 0o777))


def test_an_archive_in_an_archive_is_refused():
    inner = make_zip({"users.csv": USERS})

    assert "another archive" in refused(make_zip({"inner.zip": inner}))


def test_a_locked_zip_is_refused():
    assert "password" in refused(make_zip({"users.csv": USERS}, flags=0x1))


def test_a_bomb_is_not_opened():
    bomb = make_zip({"users.csv": b"0" * 20 * 1024**2})

    assert len(bomb) < 100_000
    assert "100 times" in refused(bomb)


def test_a_zip_that_lies_about_its_sizes_is_stopped_on_the_way(monkeypatch):
    monkeypatch.setattr(uploads, "EXPANDED_BYTES_MAX", 1_000)
    data = bytearray(make_zip({"users.csv": os.urandom(5_000)}))
    # The directory says that it unpacks to 10 bytes.
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")

    assert refused(bytes(data))


def test_too_many_files_or_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "FILES_MAX", 3)
    many = {f"UAE_20240101_10101{n}.csv": "1" for n in range(5)}
    assert "3 files" in refused(make_zip(many), kind="csv_files")

    monkeypatch.setattr(uploads, "EXPANDED_BYTES_MAX", 10 * 1024)
    assert "Unpacked" in refused(make_zip({"users.csv": os.urandom(20_000)}))
    monkeypatch.setattr(uploads, "UPLOAD_BYTES_MAX", 1_000)
    assert "larger than" in refused(b"1" * 2_000, "users.csv")


def test_a_directory_of_millions_of_names_is_not_read(monkeypatch):
    content = make_zip({"a" * 200 + str(number): "" for number in range(9)})
    monkeypatch.setattr(uploads, "FILES_MAX", 1)
    monkeypatch.setattr(uploads.zipfile, "ZipFile", None)

    assert "more than 1 files" in refused(content)


@pytest.mark.parametrize(
    ("content", "name", "kind", "words"),
    [
        (b"", "users.csv", "community_csv", "empty"),
        (b"PK\x03\x04 no zip", "users.zip", "community_csv", "no zip"),
        (b"x", "users.rar", "community_csv", "no zip"),
        (b"x", "people.csv", "community_csv", "Its name must be"),
        (b"1", "UAE_20240101_101010.csv", "csv_files", "as a zip"),
        (make_zip({"readme.txt": "x"}), "a.zip", "community_csv", "none of the files"),
        (make_zip({"a/users.csv": "1", "b/users.csv": "2"}), "a.zip", "community_csv", "once"),
        (make_zip({"a.db": "1", "b.db": "2"}), "a.zip", "players_sqlite", "several files"),
        (make_zip({"x" * 230 + ".csv": "1"}), "a.zip", "csv_files", "too long"),
    ],
)
def test_what_is_no_file_of_the_kind_is_told_kindly(content, name, kind, words):
    assert words in refused(content, name, kind)


@pytest.mark.parametrize("at", [40, 60, -30])
def test_a_damaged_zip_is_refused_and_nothing_stays(at):
    data = bytearray(make_zip({"users.csv": os.urandom(3_000)}))
    data[at : at + 8] = b"\xff" * 8

    assert refused(bytes(data))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_another_way_is_not_opened(packing):
    """Such a one may ask for 4 GB to be unpacked in, and fails in ways of its own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("users.csv", USERS)

    assert "packed in a way" in refused(buffer.getvalue())


def test_zips_with_any_byte_wrong_are_kept_or_refused():
    """Never anything but the two: zipfile itself fails in many other ways."""
    whole = make_zip({"users.csv": USERS, "notes.txt": "x"})
    outcomes = set()
    for at in range(len(whole)):
        for value in (0x00, 0x7F, 0xFF):
            damaged = whole[:at] + bytes([value]) + whole[at + 1 :]
            try:
                token, _ = keep(damaged, "old.zip", "community_csv")
            except UploadRefused:
                outcomes.add("refused")
            else:
                outcomes.add("kept")
                uploads.remove_upload(token)

    assert outcomes == {"kept", "refused"}


@pytest.mark.parametrize(("kind", "suffix"), [("claims", ".csv"), ("players_sqlite", ".db")])
def test_a_name_too_long_for_the_disk_is_no_hindrance(kind, suffix):
    _, kept = keep(b"55,66", "\N{CYRILLIC SMALL LETTER ZHE}" * 180 + suffix.upper(), kind)

    assert kept == [f"upload{suffix}"]


def test_what_nobody_confirmed_is_removed_after_its_time():
    old, new = keep(b"1", "a.csv", "claims")[0], keep(b"1", "b.csv", "claims")[0]
    kept = keep(b"1", "c.csv", "claims")[0]
    for token in (old, kept):
        os.utime(folder_of(token), (time.time() - 90_000,) * 2)

    assert remove_old_uploads({kept}) == 1
    assert [folder_of(token).exists() for token in (old, new, kept)] == [False, True, True]
