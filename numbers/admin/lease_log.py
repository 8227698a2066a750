"""Who held one number, and when: a CSV for whoever has the right to ask. Each is audited."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.services import record, web_actor
from numbers.models import Lease, Number
from project.csv_cells import escape_cell

COLUMNS = (
    "lease",
    "number",
    "member",
    "telegram_id",
    "started_at",
    "ended_at",
    "end",
    "expires_at",
    "sms",
    "price",
    "refunded_at",
)


def lease_log(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All leases of the number, the first one first, by the index lease_of_number."""
    if not request.user.has_perm("numbers.export_leases"):
        raise PermissionDenied
    number = get_object_or_404(Number, pk=pk)
    leases = Lease.objects.filter(number=number).order_by("started_at", "pk")
    record(
        "numbers.export_lease_log",
        actor=web_actor(request.user),
        target=number,
        leases=leases.count(),
    )
    return StreamingHttpResponse(
        _as_csv(number, leases.select_related("member").iterator(chunk_size=1000)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="leases_{number.e164}.csv"'},
    )


class _Echo:
    """csv writes into it and gets the line back."""

    def write(self, line: str) -> str:
        return line


def _as_csv(number: Number, leases: Iterator[Lease]) -> Iterator[str]:
    writer, now = csv.writer(_Echo()), timezone.now()
    yield "\ufeff" + writer.writerow(COLUMNS)
    for lease in leases:
        yield writer.writerow([escape_cell(str(cell)) for cell in _cells(number, lease, now)])


def _cells(number: Number, lease: Lease, now: datetime) -> list[Any]:
    # One whose time is up is over, whether or not that was written down yet.
    is_over = not lease.is_live(now)
    ended_at = lease.ended_at or (lease.expires_at if is_over else None)
    return [
        lease.pk,
        number.e164,
        lease.member.display_name,
        lease.member.telegram_id or "",
        _iso(lease.started_at),
        _iso(ended_at),
        (lease.end or Lease.End.EXPIRED) if is_over else "",
        _iso(lease.expires_at),
        lease.sms_count,
        lease.price,
        _iso(lease.refunded_at),
    ]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
