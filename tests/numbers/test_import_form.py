"""The form of an import, its preview, and the confirmation of what was shown."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from numbers.importing import drafts
from numbers.models import Batch, Number, Pool
from tests.factories.numbers import make_pool
from tests.numbers.imports import make_import

pytestmark = pytest.mark.django_db
IMPORT, PREVIEW = "admin:numbers_import", "admin:numbers_import_preview"


def csv_of(text, name="numbers.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def upload(client, text, *, pool=None, rights="on", filename="numbers.csv", **fields):
    data = {"file": csv_of(text, filename), **fields}
    if pool:
        data["pool"] = pool.pk
    if rights:
        data["rights"] = rights
    return client.post(reverse(IMPORT), data, follow=True)


def thousand_with_37_bad():
    """963 good ones, 20 broken, 10 twice in the file, 7 destroyed by a spreadsheet."""
    lines = [f"+97150{2000000 + n}" for n in range(963)]
    lines[100:100] = [f"+97150{n}" for n in range(20)]
    lines[500:500] = lines[:10]
    lines += ["9.71502E+11"] * 7
    return "Phone\n" + "\n".join(lines) + "\n"


def test_a_thousand_numbers_of_which_37_are_bad(senior):
    pool = make_pool(name="Emirates", country="AE")

    page = upload(senior, thousand_with_37_bad(), pool=pool).content.decode()
    assert "963 accepted · 37 rejected" in page
    # Three reasons, and each line.
    assert page.count('<tr><th class="th-num">') == 3 + 37
    assert (Batch.objects.count(), Number.objects.count()) == (0, 0)

    page = senior.post(reverse(PREVIEW), {"confirm": "1"}, follow=True).content.decode()
    batch = Batch.objects.get()
    assert "963 accepted · 37 rejected" in page
    assert (batch.accepted_count, batch.rejected_count, batch.duplicate_count) == (963, 37, 10)
    assert pool.numbers.filter(state="free").count() == 963
    report = reverse("admin:numbers_batch_report", args=[batch.pk])
    assert f'href="{report}">All 37, to search or download' in page
    page = senior.get(report).content.decode()
    assert "Digits were lost" in page and "Repeats an earlier line of this file" in page
    assert AuditEntry.objects.get(action="numbers.import").actor_label == "user-Senior"


def test_a_new_pool_is_made_at_the_confirmation(senior):
    upload(senior, "0501234567\n", filename="x.csv", name="Emirates", country="ae")
    assert not Pool.objects.exists()

    senior.post(reverse(PREVIEW), {"confirm": "1"})

    assert Pool.objects.get().country == "AE"
    assert Number.objects.get().e164 == 971501234567


def test_a_cancelled_import_leaves_nothing(senior, settings):
    upload(senior, "+971501234567\n", pool=make_pool())

    senior.post(reverse(PREVIEW), {"cancel": "1"})

    assert not Batch.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.draft"))


def test_the_draft_goes_once_it_is_imported(senior, settings):
    upload(senior, "+971501234567\n", pool=make_pool())

    for _ in range(2):
        page = senior.post(reverse(PREVIEW), {"confirm": "1"}, follow=True).content.decode()

    assert "Upload the file again" in page
    assert Batch.objects.count() == 1
    assert not list(settings.MEDIA_ROOT.rglob("*.draft"))


def test_another_persons_preview_is_out_of_reach(as_group):
    upload(as_group("Senior"), "+971501234567\n", pool=make_pool())

    page = as_group("Chief").post(reverse(PREVIEW), {"confirm": "1"}, follow=True)

    assert "Upload the file again" in page.content.decode()
    assert not Batch.objects.exists()


def test_old_drafts_are_removed(senior, settings, monkeypatch):
    upload(senior, "+971501234567\n", pool=make_pool())
    later = drafts.time.time() + drafts.KEPT_SECONDS + 1
    monkeypatch.setattr(drafts.time, "time", lambda: later)

    assert drafts.remove_old_drafts() == 1


def test_a_file_too_large_for_the_form_is_refused(senior, settings, monkeypatch):
    from numbers.admin import import_page

    monkeypatch.setattr(import_page, "FORM_BYTES_MAX", 1024**2)

    page = upload(senior, "+971501234567\n" * 80_000, pool=make_pool()).content.decode()

    assert "larger than 1 MB" in page
    assert not list(settings.MEDIA_ROOT.rglob("*.draft"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        (b"PK\x03\x04rest", "not a CSV file"),
        ("x" * 3 + "\n", "Nothing in this file can be imported"),
    ],
)
def test_what_is_no_list_of_numbers_gets_one_clear_error(senior, content, words):
    pool = make_pool()
    page = upload(senior, content, pool=pool).content.decode()

    assert words in page and "Import 1" not in page
    assert f'<option value="{pool.pk}" selected>' in page or "Nothing in this file" in page
    assert not Batch.objects.exists()


def test_the_same_file_twice_is_refused(senior):
    batch = make_import("+971501234567\n")

    page = upload(senior, "+971501234567\n", pool=batch.pool, filename="b.csv").content.decode()

    assert "imported already" in page and "list.csv" in page


def test_without_the_declaration_nothing_is_kept(senior, settings):
    page = upload(senior, "+971501234567\n", pool=make_pool(), rights="").content.decode()

    assert "Confirm that you have the right" in page
    assert not list(settings.MEDIA_ROOT.rglob("*.draft"))


def test_hostile_cells_are_text_on_the_preview(senior):
    content = "phone\n+971501234567\n<script>alert(1)</script>\n{{ 7*7 }}\n"

    page = upload(
        senior, content, pool=make_pool(name="<b>P</b>"), filename="<i>.csv"
    ).content.decode()

    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    assert "&lt;b&gt;P&lt;/b&gt;" in page and "{{ 7*7 }}" in page


@pytest.mark.parametrize(
    ("content", "country", "words"),
    [
        ("9.71502E+11\n" * 3, "AE", ["Make the column one of text", "Digits were lost"]),
        ("+33612345678\n", "AE", ["a pool of their country", "another country"]),
        ("0501234567\n", "", ["only international numbers", "Not a valid number"]),
    ],
)
def test_a_preview_without_a_number_says_why_and_what_helps(senior, content, country, words):
    page = upload(senior, content, pool=make_pool(country=country)).content.decode()

    assert "Nothing in this file can be imported" in page and "Choose another file" in page
    assert all(word in page for word in words)
    assert 'name="confirm"' not in page


def test_a_preview_of_nothing_but_what_is_in_stock_says_so(senior):
    batch = make_import("+971501234567\n+971501234568\n")

    text = "+971501234568\n+971501234567\n"
    page = upload(senior, text, pool=batch.pool).content.decode()

    assert "0 accepted · 2 rejected, 2 of them duplicates" in page
    assert "They came with an earlier file" in page


def test_a_preview_counts_the_reasons_the_most_frequent_first(senior):
    content = "+971501234567\n" + "9.7E+11\n" * 2 + "bad\n" * 300

    page = upload(senior, content, pool=make_pool(country="AE")).content.decode()

    counts = re.findall(r'<th class="th-num">([\d,]+)</th>', page)[:2]
    assert counts == ["300", "2"]
    assert "the first 200" in page and "and 102 more" in page
    assert "only international numbers" not in page
