"""A disk that fills up during an import: one clear refusal, and nothing is left behind."""

from io import BytesIO

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.services import COMMAND
from numbers.errors import FileRefused
from numbers.importing import faults
from numbers.importing.drafts import keep_draft
from numbers.models import Batch, Number, Pool
from numbers.services.imports import load_file

pytestmark = pytest.mark.django_db


def load():
    return load_file(
        BytesIO(b"Number\n+971501234567\n"),
        pool=Pool(name="New", country=""),
        original_name="numbers.csv",
        actor=COMMAND,
        rights_confirmed=True,
        now=timezone.now(),
    )


@pytest.fixture
def list_new_files(settings):
    def list_files():
        return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}

    before = list_files()
    return lambda: list_files() - before


def fill_the_disk_half_way(source, target):
    target.write(source.read(5))
    raise OSError(28, "No space left on device")


def fill_the_database(monkeypatch):
    """As at the commit: the file is in its place already."""
    save = Batch.save

    def fail(batch, **options):
        if options.get("update_fields") == ["file"]:
            raise OperationalError("database or disk is full")
        save(batch, **options)

    monkeypatch.setattr(Batch, "save", fail)


@pytest.mark.parametrize("what", ["disk", "database"])
def test_a_full_disk_is_one_refusal_and_nothing_stays(what, list_new_files, monkeypatch):
    if what == "disk":
        monkeypatch.setattr("shutil.copyfileobj", fill_the_disk_half_way)
    else:
        fill_the_database(monkeypatch)

    with pytest.raises(FileRefused) as refusal:
        load()

    assert refusal.value.params["fault"] == faults.NO_ROOM
    assert not (Pool.objects.exists() or Batch.objects.exists() or Number.objects.exists())
    assert not list_new_files()


def test_another_fault_of_the_disk_is_told_as_it_is(monkeypatch):
    def fail(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.copyfileobj", fail)

    with pytest.raises(PermissionError):
        load()


def test_a_draft_that_does_not_fit_is_refused_and_removed(list_new_files):
    def chunks():
        yield b"Number\n"
        raise OSError(28, "No space left on device")

    with pytest.raises(FileRefused) as refusal:
        keep_draft(chunks(), bytes_max=100)

    assert refusal.value.params["fault"] == faults.NO_ROOM
    assert not list_new_files()


def test_a_stored_file_leaves_no_draft(list_new_files):
    batch, _ = load()

    with batch.file.open("rb") as file:
        assert file.read() == b"Number\n+971501234567\n"
    assert len(list_new_files()) == 1
