"""The home page: figures and charts named by the settings, each app's in its own module.

Nothing here may make the page fail: a source that raises shows as unavailable.
Readings are kept for half a minute in the web process; sums of days that are
over stay in the database, so that a chart reads one day and not thirty.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from project.figures import Chart, Days, Figure, Reading
from project.kept import keep
from project.models import DayTotal
from project.navigation import find_url, may_open

logger = logging.getLogger(__name__)

CHART_DAYS = 30
# As many as a chart may have series; admin.css has the same for the legend.
COLORS = (
    "var(--color-primary-500)",
    "var(--color-accent-500)",
    "#6366f1",
    "#db2777",
    "#0ea5e9",
    "#84a316",
)
AXIS = {"ticks": {"color": "#8b95a1", "precision": 0, "maxTicksLimit": 7, "maxRotation": 0}}
CHART_OPTIONS: dict[str, Any] = {
    "animation": False,
    "maintainAspectRatio": False,
    "interaction": {"mode": "index", "intersect": False},
    "plugins": {"legend": {"display": False}},
    "elements": {"point": {"radius": 0}, "line": {"borderWidth": 2, "tension": 0.3}},
    "scales": {
        "x": {**AXIS, "grid": {"display": False}},
        "y": {**AXIS, "beginAtZero": True, "border": {"display": False}, "grid": {}},
    },
}
UNAVAILABLE = Reading("unavailable", "This figure could not be read.", "warn")

Read = TypeVar("Read")


def fill_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    return context | {
        "figures": [_card(figure, now) for figure in list_figures() if _shows(request, figure)],
        "charts": [_chart(chart, now) for chart in list_charts() if _shows(request, chart)],
        "chart_days": CHART_DAYS,
    }


def list_figures() -> list[Figure]:
    return [figure for path in settings.DASHBOARD_FIGURES for figure in import_string(path)]


def list_charts() -> list[Chart]:
    return [chart for path in settings.DASHBOARD_CHARTS for chart in import_string(path)]


def close_days(chart: Chart, today: date) -> Days:
    """The finished days of a chart's span; those not yet kept are read and kept."""
    first = today - timedelta(days=CHART_DAYS - 1)
    kept: dict[date, Any] = dict(
        DayTotal.objects.filter(chart=chart.name, day__gte=first, day__lt=today).values_list(
            "day", "figures"
        )
    )
    missing = [day for day in _days(first, today) if day not in kept]
    if missing:
        read = chart.read(missing[0], today)
        rows = [
            DayTotal(chart=chart.name, day=day, figures=dict(read.get(day, {}))) for day in missing
        ]
        DayTotal.objects.bulk_create(rows, ignore_conflicts=True)
        kept |= {row.day: row.figures for row in rows}
    return kept


def _shows(request: HttpRequest, source: Figure | Chart) -> bool:
    return may_open(request, source.permission)


def _card(figure: Figure, now: datetime) -> dict[str, Any]:
    reading = _kept(f"figure:{slugify(figure.label)}", lambda: figure.read(now)) or UNAVAILABLE
    url = find_url(figure.view)
    return {
        "label": figure.label,
        "icon": figure.icon,
        "reading": reading,
        "url": f"{url}?{figure.query}" if url and figure.query else url,
    }


def _chart(chart: Chart, now: datetime) -> dict[str, Any]:
    today = now.astimezone(UTC).date()
    days = _kept(f"chart:{chart.name}:{today}", lambda: _read_days(chart, today))
    if days is None:
        return {"title": chart.title, "is_available": False}
    span = list(_days(today - timedelta(days=CHART_DAYS - 1), today + timedelta(days=1)))
    columns = [[days.get(day, {}).get(name, 0) for day in span] for name in chart.series]
    totals = dict(zip(chart.series.values(), map(sum, columns), strict=True))
    return {
        "title": chart.title,
        "is_available": True,
        "kind": chart.kind,
        "url": find_url(chart.view),
        "totals": totals,
        "rows": list(zip(span, zip(*columns, strict=True), strict=True)),
        "data": json.dumps(_chart_data(chart, span, columns)),
        "options": json.dumps(_stacked(CHART_OPTIONS) if chart.is_stacked else CHART_OPTIONS),
    }


def _chart_data(chart: Chart, span: list[date], columns: list[list[int]]) -> dict[str, Any]:
    return {
        "labels": [f"{day:%d %b}" for day in span],
        "datasets": [
            {
                "label": name,
                "data": column,
                "backgroundColor": color,
                "borderColor": color,
                "borderRadius": 3,
            }
            for name, column, color in zip(chart.series.values(), columns, COLORS, strict=False)
        ],
    }


def _stacked(options: dict[str, Any]) -> dict[str, Any]:
    scales = {name: {**scale, "stacked": True} for name, scale in options["scales"].items()}
    return {**options, "scales": scales}


def _read_days(chart: Chart, today: date) -> Days:
    return {**close_days(chart, today), **chart.read(today, today + timedelta(days=1))}


def _days(first: date, end: date) -> list[date]:
    return [first + timedelta(days=index) for index in range((end - first).days)]


def _kept(key: str, read: Callable[[], Read]) -> Read | None:
    """The value read in the last half minute, or read now; None when it cannot be read."""
    try:
        return keep(key, read)
    except Exception:  # noqa: BLE001  whatever a source raises, the page opens
        logger.exception("A figure of the home page could not be read: %s", key)
        return None
