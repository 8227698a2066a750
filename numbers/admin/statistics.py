"""How a pool or a file is used: a page with figures, charts by day, and a pool's files."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from numbers.models import Batch, Number, Pool
from numbers.phones import flag_of
from numbers.statistics import SPAN_DAYS, BatchUse, Use, list_batch_uses, read_use, span_of
from project.charts import draw_chart
from project.day_totals import list_days
from project.figures import Days


def pool_page(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    _check(request, "numbers.view_pool")
    pool, now = get_object_or_404(Pool, pk=pk), timezone.now()
    page = _read_page(request)
    rows, is_more = list_batch_uses(now, pool_id=pk, page=page)
    context = {
        "page": page,
        "is_more": is_more,
        "subject": f"{flag_of(pool.country)} {pool.name}",
        "back": reverse("admin:numbers_pool_change", args=[pk]),
        "batches": [_row(row) for row in rows],
    }
    return _page(request, site, opts, context, now, pool_id=pk)


def batch_page(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    _check(request, "numbers.view_batch")
    batch, now = get_object_or_404(Batch, pk=pk), timezone.now()
    back = reverse("admin:numbers_batch_change", args=[pk])
    return _page(request, site, opts, {"subject": str(batch), "back": back}, now, batch_id=pk)


def _read_page(request: HttpRequest) -> int:
    """From 0; what is no page is the first."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _check(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perms([permission, "numbers.view_lease"]):
        raise PermissionDenied


def _page(
    request: HttpRequest, site: Any, opts: Any, context: dict[str, Any], now: datetime, **of: int
) -> HttpResponse:
    use, days = read_use(now, **of)
    whole = {
        **site.each_context(request),
        **context,
        "opts": opts,
        "title": f"Statistics of {context['subject']}",
        "days": SPAN_DAYS,
        "cards": _cards(use),
        "charts": _charts(days, now),
    }
    return TemplateResponse(request, "admin/numbers/statistics.html", whole)


def _cards(use: Use) -> list[dict[str, str]]:
    states = use.states
    rows = [
        ("Numbers", f"{use.total:,}", f"{states[Number.State.DISABLED]:,} disabled"),
        ("Free", f"{states[Number.State.FREE]:,}", "Ready to be leased"),
        (
            "In use",
            f"{states[Number.State.LEASED]:,}",
            f"{states[Number.State.RESTING]:,} resting",
        ),
        ("Used", say_percent(use.used_share), f"{states[Number.State.USED]:,} had an SMS"),
        (
            "Success rate",
            say_percent(use.success_share),
            f"{use.with_sms:,} of {use.leases:,} leases had an SMS",
        ),
        ("Wait for the SMS", _say_wait(use.mean_wait), "On average, where one came"),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def _charts(days: Days, now: datetime) -> list[dict[str, Any]]:
    span = list_days(*span_of(now))
    spans = [(f"{day:%d %b}", f"{day.day} {day:%b %Y}") for day in span]
    rows = [days.get(day, {"leases": 0, "with_sms": 0, "wait_seconds": 0}) for day in span]
    uses = [
        {"with_sms": row["with_sms"], "without": row["leases"] - row["with_sms"]} for row in rows
    ]
    waits = [{"mean": row["wait_seconds"] // max(row["with_sms"], 1)} for row in rows]
    leases = draw_chart(
        title="Leases",
        series={"with_sms": "With an SMS", "without": "Without"},
        spans=spans,
        figures=uses,
        is_stacked=True,
    )
    means = draw_chart(
        title="Seconds to the first SMS",
        series={"mean": "On average"},
        spans=spans,
        # Bars: a day without an SMS has no wait, which a line would draw as none at all.
        figures=waits,
    )
    # A sum of means says nothing.
    return [leases, {**means, "totals": {"On average": ""}}]


def _row(row: BatchUse) -> dict[str, Any]:
    return {
        "url": reverse("admin:numbers_batch_change", args=[row.batch.pk]),
        "name": row.batch.original_name,
        "uploader": row.batch.uploader_label,
        "total": row.use.total,
        "free": row.use.states[Number.State.FREE],
        "used": say_percent(row.use.used_share),
        "leases": row.use.leases,
        "success": say_percent(row.use.success_share),
        "wait": _say_wait(row.use.mean_wait),
        "last": row.last_day,
    }


def say_percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _say_wait(wait: timedelta | None) -> str:
    if wait is None:
        return "–"
    minutes, seconds = divmod(int(wait.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
