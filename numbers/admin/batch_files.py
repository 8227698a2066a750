"""The files of a batch: the original as it was uploaded, and its rejected lines as CSV."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404

from accounts.services import record, web_actor
from numbers.importing.faults import LINE_WORDS
from numbers.models import Batch
from project.csv_cells import escape_cell


def original(request: HttpRequest, pk: int) -> FileResponse:
    """Each look is kept in the audit."""
    if not request.user.has_perm("numbers.download_batch"):
        raise PermissionDenied
    batch = get_object_or_404(Batch, pk=pk)
    try:
        file = batch.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404("The file is gone.") from None
    record(
        "numbers.download_batch",
        actor=web_actor(request.user),
        target=batch,
        batch_id=batch.pk,
    )
    return FileResponse(
        file, as_attachment=True, filename=str(batch.file.name), content_type="text/csv"
    )


def rejections(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Streams line, value, reason; a spreadsheet runs no cell of it."""
    if not request.user.has_perm("numbers.view_batch"):
        raise PermissionDenied
    batch = get_object_or_404(Batch, pk=pk)
    lines = batch.rejections.values_list("line", "value", "reason").iterator(chunk_size=2000)
    return StreamingHttpResponse(
        _as_csv(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejected_{pk}.csv"'},
    )


class _Echo:
    """csv writes into it and gets the line back."""

    def write(self, line: str) -> str:
        return line


def _as_csv(lines: Iterator[Any]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["line", "value", "reason", "meaning"])
    for line, value, reason in lines:
        yield writer.writerow([line, escape_cell(value), reason, LINE_WORDS.get(reason, reason)])
