"""The same file uploaded twice at the same moment: one is stored, the other is refused."""

from io import BytesIO
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.services import COMMAND
from numbers.errors import FileRefused
from numbers.models import Batch, BatchJob, Number
from numbers.services import background, begin_import, imports, load_file
from tests.concurrency import PATIENCE_SECONDS, run_together
from tests.factories.numbers import make_pool
from tests.numbers.imports import BYTES_MAX, numbered

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
CONTENT = "\n".join(numbered(1_000_000, 50)).encode()


@pytest.fixture
def both_have_looked(monkeypatch):
    """Neither goes on before the other has seen that the file is new as well."""
    meeting, check = Barrier(2), imports.check_file

    def check_and_wait(*args):
        facts = check(*args)
        meeting.wait(PATIENCE_SECONDS)
        return facts

    monkeypatch.setattr(imports, "check_file", check_and_wait)
    monkeypatch.setattr(background, "check_file", check_and_wait)


def upload_twice(service, **more):
    pool = make_pool()
    terms = {"actor": COMMAND, "rights_confirmed": True, "now": timezone.now(), **more}

    def upload(name):
        return service(BytesIO(CONTENT), pool=pool, original_name=name, **terms)

    return run_together(lambda: upload("a.csv"), lambda: upload("b.csv"))


def list_kept_files(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def list_refusals(outcomes):
    return [found.params["fault"] for found in outcomes if isinstance(found, FileRefused)]


@pytest.mark.usefixtures("both_have_looked")
def test_of_two_small_ones_one_is_stored(settings):
    outcomes = upload_twice(load_file)

    assert list_refusals(outcomes) == ["same_file"]
    assert (Batch.objects.count(), Number.objects.count()) == (1, 50)
    assert len(list_kept_files(settings)) == 1


@pytest.mark.usefixtures("both_have_looked")
def test_of_two_large_ones_one_is_begun(settings):
    outcomes = upload_twice(begin_import, bytes_max=BYTES_MAX, is_watched=True)

    assert list_refusals(outcomes) == ["same_file_running"]
    assert (Batch.objects.count(), BatchJob.objects.count()) == (1, 1)
    assert len(list_kept_files(settings)) == 1


@pytest.mark.usefixtures("both_have_looked")
def test_a_look_before_would_let_both_in():
    """The control: without the constraint each finds the file new."""
    (constraint,) = [found for found in Batch._meta.constraints if found.name == "batch_file_once"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Batch, constraint)
    try:
        upload_twice(begin_import, bytes_max=BYTES_MAX, is_watched=True)
        stored = Batch.objects.count()
    finally:
        BatchJob.objects.all().delete()
        Batch.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Batch, constraint)

    assert stored == 2
