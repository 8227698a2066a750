"""How many offered ads were opened, and how many brought premium."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from project.charts import draw_chart
from project.dashboard import CHART_DAYS, read_chart
from vip.conversion import CHARTS, SERIES

PERMISSION = "vip.view_pass"


def conversion_page(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    rows = list_days(timezone.now())
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": "Conversion of ads",
        "days": CHART_DAYS,
        "rows": rows,
        "total": _line(None, [row["figures"] for row in rows]),
        "chart": _draw(rows[::-1]),
    }
    return TemplateResponse(request, "admin/vip/conversion.html", context)


def _draw(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return draw_chart(
        title="Offered, opened, granted",
        series=SERIES,
        spans=[(f"{row['day']:%d %b}", f"{row['day']:%d %b %Y}") for row in rows],
        figures=[row["figures"] for row in rows],
        kind="line",
    )


def list_days(now: datetime) -> list[dict[str, Any]]:
    """Newest first. Days that are over are read once and kept, as for the home page's chart."""
    today = now.astimezone(UTC).date()
    figures = read_chart(CHARTS[0], today)
    days = [today - timedelta(days=ago) for ago in range(CHART_DAYS)]
    return [_line(day, [figures.get(day, {})]) for day in days]


def _line(day: date | None, figures: list[Any]) -> dict[str, Any]:
    sums = {name: sum(part.get(name, 0) for part in figures) for name in SERIES}
    return {
        "day": day,
        "figures": sums,
        "opened_rate": say_share(sums["opened"], sums["offered"]),
        "granted_rate": say_share(sums["granted"], sums["offered"]),
    }


def say_share(part: int, whole: int) -> str:
    """Near midnight a step may fall on another day than the one before it: no more than all."""
    return f"{min(part / whole, 1):.1%}" if whole else "–"
