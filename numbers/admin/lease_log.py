"""Who held one number, and when: a CSV for whoever has the right to ask. Each is audited."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.services import record, web_actor
from numbers.models import Lease, Number
from project.csv_stream import stream_csv
from project.streams import StreamedResponse

LEASES_AT_ONCE = 1_000
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


def lease_log(request: HttpRequest, pk: int) -> StreamedResponse:
    """All leases of the number, the first one first, by the index lease_of_number."""
    if not request.user.has_perm("numbers.export_leases"):
        raise PermissionDenied
    number = get_object_or_404(Number, pk=pk)
    record(
        "numbers.export_lease_log",
        actor=web_actor(request.user),
        target=number,
        leases=Lease.objects.filter(number=number).count(),
    )
    return stream_csv(f"leases_{number.e164}.csv", COLUMNS, _list_rows(number))


def _list_rows(number: Number) -> Iterator[list[Any]]:
    now = timezone.now()
    for lease in _list_leases(number):
        yield _cells(number, lease, now)


def _list_leases(number: Number) -> Iterator[Lease]:
    """From one to the next: nothing stays open between two parts."""
    leases = Lease.objects.filter(number=number).select_related("member")
    after = Q()
    while chunk := list(leases.filter(after).order_by("started_at", "pk")[:LEASES_AT_ONCE]):
        yield from chunk
        last = chunk[-1]
        after = Q(started_at__gt=last.started_at) | Q(started_at=last.started_at, pk__gt=last.pk)


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
