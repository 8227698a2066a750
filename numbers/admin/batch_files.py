"""The files of a batch: the original as it was uploaded, and its rejected lines as CSV."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.services import record, web_actor
from numbers.importing.faults import LINE_WORDS
from numbers.models import Batch
from project.csv_stream import stream_csv
from project.streams import StreamedFile, StreamedResponse

REJECTIONS_AT_ONCE = 2_000


def original(request: HttpRequest, pk: int) -> StreamedFile:
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
    return StreamedFile(
        file, as_attachment=True, filename=str(batch.file.name), content_type="text/csv"
    )


def rejections(request: HttpRequest, pk: int) -> StreamedResponse:
    """Line, value, reason. A spreadsheet runs no cell of it."""
    if not request.user.has_perm("numbers.view_batch"):
        raise PermissionDenied
    batch = get_object_or_404(Batch, pk=pk)
    columns = ("line", "value", "reason", "meaning")
    return stream_csv(f"rejected_{pk}.csv", columns, _list_rejections(batch))


def _list_rejections(batch: Batch) -> Iterator[tuple[int, str, str, str]]:
    """From line to line, by the index rejection_of_batch: nothing stays open between two parts."""
    last = 0
    lines = batch.rejections.order_by("line").values_list("line", "value", "reason")
    while chunk := list(lines.filter(line__gt=last)[:REJECTIONS_AT_ONCE]):
        for line, value, reason in chunk:
            yield line, value, reason, LINE_WORDS.get(reason, reason)
        last = chunk[-1][0]
