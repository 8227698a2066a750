"""The report of VIP: revenue, renewals and memberships, as charts, tables and CSV."""

import csv
from collections.abc import Iterable
from fractions import Fraction
from io import StringIO
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from project.charts import draw_chart
from project.csv_cells import escape_cell
from project.navigation import find_url, may_open
from vip.reports.periods import list_periods
from vip.reports.renewals import DEFINITION
from vip.reports.report import Report, make_report

PERMISSION = "vip.view_report"
PERIOD = "days"


def report_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    now = timezone.now()
    asked, table = request.GET.get("period", ""), request.GET.get("csv", "")
    periods = list_periods(now.date())
    report = make_report(asked if asked in periods else PERIOD, now)
    if table in TABLES:
        return _send_csv(f"vip_{table}_{report.period.code}.csv", TABLES[table](report))
    context = {
        **admin.site.each_context(request),
        "title": "VIP report",
        "report": report,
        "periods": list(periods.values()),
        "charts": _draw_charts(report),
        # Only what has something in it: the chart shows the whole time.
        "stars_rows": [
            row
            for row in zip(report.period.spans, report.stars, strict=True)
            if row[1].get("payments") or row[1].get("refunds")
        ][::-1],
        "share": say_share(report.renewed_share),
        "definition": DEFINITION,
        "memberships_url": reverse("admin:vip_membership_changelist"),
        "tables": TABLES,
        "conversion_url": find_url("admin:vip_conversion")
        if may_open(request, "vip.view_pass")
        else "",
    }
    return TemplateResponse(request, "admin/vip/report.html", context)


def say_share(share: Fraction | None) -> str:
    return "–" if share is None else f"{float(share):.1%}"


def _draw_charts(report: Report) -> list[dict[str, Any]]:
    spans = [(span.label, span.name) for span in report.period.spans]
    grants = find_url("admin:vip_grant_changelist")
    return [
        draw_chart(
            title="Paid for VIP, in points",
            series={"bought": "For oneself", "given": "As a gift"},
            spans=spans,
            figures=report.sales,
            is_stacked=True,
            url=grants,
            by=report.period.by,
        ),
        draw_chart(
            title="Paid in Telegram Stars",
            series={"stars": "Paid", "stars_back": "Refunded"},
            spans=spans,
            figures=report.stars,
            url=find_url("admin:vip_starpayment_changelist"),
            by=report.period.by,
        ),
        draw_chart(
            title="First purchases and further ones",
            series={"firsts": "First", "repeats": "Further"},
            spans=spans,
            figures=report.sales,
            is_stacked=True,
            url=grants,
            by=report.period.by,
        ),
        draw_chart(
            title="VIP that was to end, and renewed",
            series={"due": "Was to end", "renewed": "Renewed"},
            spans=spans,
            figures=report.renewals,
            by=report.period.by,
        ),
    ]


def _list_sales(report: Report) -> Iterable[Iterable[Any]]:
    yield (
        "from",
        "until",
        "for_oneself_points",
        "as_gift_points",
        "first_purchases",
        "further_purchases",
    )
    for span, figures in zip(report.period.spans, report.sales, strict=True):
        values = (figures.get(name, 0) for name in ("bought", "given", "firsts", "repeats"))
        yield (span.first, span.end, *values)


def _list_stars(report: Report) -> Iterable[Iterable[Any]]:
    names = ("payments", "stars", "minted", "refunds", "stars_back", "taken")
    yield (
        "from", "until", "payments", "stars", "points_credited",
        "refunds", "stars_refunded", "points_taken_back",
    )  # fmt: skip
    for span, figures in zip(report.period.spans, report.stars, strict=True):
        yield (span.first, span.end, *(figures.get(name, 0) for name in names))


def _list_plans(report: Report) -> Iterable[Iterable[Any]]:
    yield ("plan", "bought", "bought_points", "given", "given_points", "points")
    for plan in report.plans:
        yield (
            plan.code, plan.bought, plan.bought_points, plan.given, plan.given_points, plan.points
        )  # fmt: skip


def _list_renewals(report: Report) -> Iterable[Iterable[Any]]:
    yield ("from", "until", "was_to_end", "renewed")
    for span, figures in zip(report.period.spans, report.renewals, strict=True):
        if span.first < report.renewals_end:
            end = min(span.end, report.renewals_end)
            yield (span.first, end, figures.get("due", 0), figures.get("renewed", 0))


def _list_weeks(report: Report) -> Iterable[Iterable[Any]]:
    yield ("week_of", "memberships_ending")
    yield from report.memberships.weeks
    yield ("later", report.memberships.later)


TABLES = {
    "sales": _list_sales,
    "stars": _list_stars,
    "plans": _list_plans,
    "renewals": _list_renewals,
    "ends": _list_weeks,
}


def _send_csv(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A few hundred lines at the most; a spreadsheet runs no cell of it."""
    text = StringIO()
    csv.writer(text).writerows([escape_cell(cell) for cell in row] for row in rows)
    return HttpResponse(
        f"\ufeff{text.getvalue()}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
