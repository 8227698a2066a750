"""Backups that open with their passphrase alone."""

import io

import pytest
from django.db import connection

from project.backups import BackupFailed, list_backups, make_backup
from project.backups.check import check_backup, check_files, opened
from project.backups.sealing import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES, new_salt, seal, unseal
from tests.factories import make_member

PHRASE = "correct horse battery"


def sealed(content: bytes, phrase: str = PHRASE) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(content), out.write, phrase, new_salt())
    return out.getvalue()


def unsealed(content: bytes, phrase: str = PHRASE) -> bytes:
    out = io.BytesIO()
    unseal(io.BytesIO(content), out.write, phrase)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_opens_to_what_it_was(size):
    content = bytes(index % 251 for index in range(size))

    assert unsealed(sealed(content)) == content


def test_another_passphrase_does_not_open_it():
    with pytest.raises(BackupFailed, match="BACKUP_PASSPHRASE is not the one"):
        unsealed(sealed(b"x"), "correct horse")
    with pytest.raises(BackupFailed, match="set BACKUP_PASSPHRASE"):
        unsealed(sealed(b"x"), "")


@pytest.mark.parametrize("position", [0, 9, 30, HEADER_BYTES, HEADER_BYTES + 2, -1])
def test_a_flipped_byte_does_not_open(position):
    content = bytearray(sealed(b"ledger"))
    content[position] ^= 1

    with pytest.raises(BackupFailed):
        unsealed(bytes(content))


def test_chunks_can_neither_be_cut_off_nor_change_places():
    content = sealed(bytes(3 * CHUNK_BYTES))
    size = CHUNK_BYTES + TAG_BYTES
    head, body = content[:HEADER_BYTES], content[HEADER_BYTES:]
    chunks = [body[index : index + size] for index in range(0, len(body), size)]
    assert len(chunks) == 3

    for others in ([0], [0, 1], [1, 0, 2], [0, 0, 2], []):
        with pytest.raises(BackupFailed):
            unsealed(head + b"".join(chunks[index] for index in others))


def test_the_same_content_never_looks_the_same():
    assert sealed(b"x")[HEADER_BYTES:] != sealed(b"x")[HEADER_BYTES:]


@pytest.mark.django_db(transaction=True)
class TestBackups:
    @pytest.fixture(autouse=True)
    def _passphrase(self, settings):
        settings.BACKUP_PASSPHRASE = PHRASE
        settings.MEDIA_ROOT.mkdir()
        (settings.MEDIA_ROOT / "pool.csv").write_text("Number 4477\n")

    def test_nothing_of_it_can_be_read_and_it_is_good(self, settings):
        make_member(points=70, first_name="Xanthippe")

        backup = make_backup()

        for path in backup.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert b"Xanthippe" not in content and b"4477" not in content
                assert not content.startswith((b"SQLite", b"PGDMP"))
        check_backup(backup)
        with opened(backup) as file:
            name = {"sqlite": b"SQLite", "postgresql": b"PGDMP"}[connection.vendor]
            assert file.read_bytes().startswith(name)
        assert list(settings.BACKUP_WORK_DIR.iterdir()) == []

    def test_with_a_wrong_passphrase_it_does_not_open_and_is_not_taken_for_damaged(self, settings):
        backup = make_backup()
        settings.BACKUP_PASSPHRASE = "another"

        check_files(backup)
        with pytest.raises(BackupFailed, match="BACKUP_PASSPHRASE is not the one"):
            check_backup(backup)

    def test_the_passphrase_is_in_no_file_and_no_log(self, settings, caplog, tmp_path):
        caplog.set_level("DEBUG")
        make_backup()
        settings.BACKUP_DIR = tmp_path / "pool.csv"
        settings.BACKUP_DIR.write_text("")
        make_backup()

        assert PHRASE not in caplog.text
        found = [
            p for p in tmp_path.rglob("*") if p.is_file() and PHRASE.encode() in p.read_bytes()
        ]
        assert found == []

    def test_an_open_upload_is_sealed_once_there_is_a_passphrase(self, settings):
        settings.BACKUP_PASSPHRASE = ""
        make_backup()
        settings.BACKUP_PASSPHRASE = PHRASE

        later = make_backup()

        assert b"4477" not in (later.folder / "uploads/pool.csv").read_bytes()
        assert {backup.is_sealed for backup in list_backups()} == {True, False}
        for backup in list_backups():
            check_backup(backup)
