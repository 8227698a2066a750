"""What is bad in a file: page by page, each going on from where the last one ended; and as CSV."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse

from botrunner.legacy.staging import FAULTS_LISTED_MAX
from project.csv_cells import escape_cell

from .legacy_report import find_import, list_faults

PAGE_SIZE = 100


def show(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    job = find_import(request, pk)
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    found = list(list_faults(job).filter(pk__gt=after)[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Bad rows",
        "job": job,
        "rows": page,
        "after": after,
        "page_size": PAGE_SIZE,
        "listed_max": FAULTS_LISTED_MAX,
        "next_after": page[-1].pk if len(found) > PAGE_SIZE else None,
    }
    return TemplateResponse(request, "admin/legacy/faults.html", context)


def download(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """A spreadsheet runs no cell of it."""
    job = find_import(request, pk)
    rows = list_faults(job).values_list("file", "place", "reason").iterator(chunk_size=2000)
    return StreamingHttpResponse(
        _as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="bad_rows_{pk}.csv"'},
    )


class _Echo:
    """csv writes into it and gets the line back."""

    def write(self, line: str) -> str:
        return line


def _as_csv(rows: Iterator[Any]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["file", "key or line", "reason"])
    for row in rows:
        yield writer.writerow([escape_cell(cell) for cell in row])
