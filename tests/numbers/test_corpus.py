"""The corpus of files through the preview, through the import, and cut into small blocks."""

import time
from io import BytesIO

import pytest
from django.utils import timezone

from accounts.services import COMMAND
from numbers.errors import FileRefused
from numbers.importing import reader
from numbers.models import Batch, Number, Rejection
from numbers.services.imports import load_file, preview_file
from tests.factories.numbers import make_pool
from tests.numbers.csv_corpus import CORPUS, REFUSED

pytestmark = pytest.mark.django_db
BYTES_MAX = 6 * 1024**2


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def load(content, country=""):
    return load_file(
        BytesIO(as_bytes(content)),
        pool=make_pool(country=country),
        original_name="numbers.csv",
        actor=COMMAND,
        rights_confirmed=True,
        now=timezone.now(),
        bytes_max=BYTES_MAX,
    )


def preview(content, country):
    file = BytesIO(as_bytes(content))
    outcome = preview_file(file, country=country, bytes_max=BYTES_MAX)
    return outcome.accepted, [(line.line, line.reason) for line in outcome.rejections]


def test_the_corpus_is_large():
    assert len(CORPUS) + len(REFUSED) >= 100


@pytest.mark.parametrize("name", CORPUS)
def test_a_file_brings_what_it_holds(name):
    content, country, accepted, rejected = CORPUS[name]

    assert preview(content, country) == (accepted, rejected)


@pytest.mark.parametrize("name", [name for name in CORPUS if CORPUS[name][2]])
def test_what_is_imported_is_what_was_shown(name):
    content, country, accepted, rejected = CORPUS[name]

    batch, _ = load(content, country)

    batch.refresh_from_db()
    found = list(Rejection.objects.order_by("line").values_list("line", "reason"))
    duplicates = sum(reason.startswith("duplicate") for _, reason in rejected)
    assert (Number.objects.count(), found) == (accepted, rejected)
    counts = batch.accepted_count, batch.rejected_count, batch.duplicate_count
    assert counts == (accepted, len(rejected), duplicates)


# A record whose quotes reach over more than a block is read as if they were ordinary.
ACROSS_BLOCKS = {name for name in CORPUS if "quoted cell of" in name}


@pytest.mark.parametrize("block_bytes", [64, 66, 128, 1000])
@pytest.mark.parametrize("name", sorted(set(CORPUS) - ACROSS_BLOCKS))
def test_where_a_block_ends_makes_no_difference(name, block_bytes, monkeypatch):
    content, country, accepted, rejected = CORPUS[name]
    monkeypatch.setattr(reader, "BLOCK_BYTES", block_bytes)

    assert preview(content, country) == (accepted, rejected)


@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"words"}))
def test_a_preview_refuses_it_in_the_same_words(name):
    content, fault, words = REFUSED[name]

    with pytest.raises(FileRefused) as refused:
        preview(content, "")

    assert refused.value.params["fault"] == fault
    assert words in refused.value.params["words"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_of_numbers_is_named_and_leaves_nothing(name, settings):
    content, fault, words = REFUSED[name]
    start = time.thread_time()

    with pytest.raises(FileRefused) as refused:
        load(content)

    assert refused.value.params["fault"] == fault
    assert words in refused.value.params["words"]
    assert (Batch.objects.count(), Number.objects.count()) == (0, 0)
    assert not list((settings.MEDIA_ROOT).rglob("*.csv"))
    # Of this thread's own time: a hang, not a busy or slow machine, is what it is about.
    assert time.thread_time() - start < 10
