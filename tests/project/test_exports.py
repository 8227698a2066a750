"""Files to be opened in a spreadsheet: no cell of any export is a formula there."""

import csv
from io import StringIO

import pytest
import tablib
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.urls import reverse

from project.csv_cells import escape_cell
from project.csv_stream import PART_ROWS, stream_csv
from project.exports import CsvExport

APPS = ("project", "accounts", "points", "vip", "numbers", "botrunner")
FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
]
EXPORTS = {
    f"{model._meta.label}/{resource.__name__}": (found, resource)
    for model, found in admin.site._registry.items()
    if isinstance(found, CsvExport)
    for resource in found.resource_classes
}


def make_unsaved(model, text, depth=4):
    """A row whose every text, and that of what it belongs to, is the one given."""
    values = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            is_end = not depth or field.related_model is model
            values[field.name] = (
                None if is_end else make_unsaved(field.related_model, text, depth - 1)
            )
        elif isinstance(field, models.CharField | models.TextField):
            values[field.name] = text
    return model(pk=1, **values)


def list_formulas(cells):
    return [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))]


def test_there_are_the_exports_that_we_know_of():
    assert {name.partition("/")[0] for name in EXPORTS} >= {
        "accounts.Member",
        "points.Entry",
        "points.Vouch",
        "vip.StarPayment",
        "numbers.Number",
        "numbers.Lease",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPORTS)
def test_a_filter_that_is_none_leads_to_the_list(admin_client, name):
    """Typed or out of date; never to a whole export in place of a part."""
    view = "admin:{}_{}".format(*name.partition("/")[0].lower().split("."))

    answer = admin_client.get(f"{reverse(f'{view}_export')}?nonsense=1")

    assert (answer.status_code, answer.url) == (302, reverse(f"{view}_changelist"))


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("name", EXPORTS)
def test_no_cell_of_a_lists_export_is_a_formula(name, formula):
    found, resource_class = EXPORTS[name]
    resource = resource_class()
    row = resource.export_resource(make_unsaved(found.model, formula))

    for kind in found.formats:
        text = kind().export_data(tablib.Dataset(row, headers=resource.get_export_headers()))

        _header, cells = csv.reader(StringIO(text, newline=""))
        assert formula in map(str, row) and list_formulas(cells) == []


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_streamed_table_is_a_formula(formula):
    answer = stream_csv("x.csv", ["a", "b"], [[formula, 1], ["x", formula]] * PART_ROWS)

    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    rows = list(csv.reader(StringIO(text, newline="")))
    assert len(rows) == 2 * PART_ROWS + 1
    assert list_formulas(cell for row in rows for cell in row) == []


@pytest.mark.parametrize("cell", ["-5", "12", "Ann", "", "a=b", 5, -5, None, "+971", "'=1"])
def test_what_is_no_formula_stays(cell):
    assert escape_cell(cell) == ("'+971" if cell == "+971" else cell)


def test_nobody_writes_a_table_without_looking_at_its_cells():
    """One that writes CSV by itself has to escape by itself."""
    paths = [path for path in settings.BASE_DIR.glob("*/**/*.py") if "tests" not in path.parts]
    writers = [
        text
        for path in paths
        if path.relative_to(settings.BASE_DIR).parts[0] in APPS
        for text in [path.read_text(encoding="utf-8")]
        if "csv.writer(" in text or "csv.DictWriter(" in text
    ]

    assert writers and all("escape_cell(" in text or "escape_cell," in text for text in writers)
