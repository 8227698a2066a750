"""The home page: figures and charts named by the settings, each app's in its own module.

Nothing here may make the page fail: a source that raises shows as unavailable.
Readings are kept for half a minute in the web process; sums of days that are
over stay in the database, so that a chart reads one day and not thirty.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from project.charts import draw_chart
from project.day_totals import list_days, read_closed_days
from project.figures import Chart, Days, Figure, Reading
from project.kept import keep
from project.navigation import find_url, may_open

logger = logging.getLogger(__name__)

CHART_DAYS = 30
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
    return read_closed_days(chart.name, chart.read, today - timedelta(days=CHART_DAYS - 1), today)


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
    days = _kept(f"chart:{chart.name}:{today}", lambda: read_chart(chart, today))
    if days is None:
        return {"title": chart.title, "is_available": False}
    span = list_days(today - timedelta(days=CHART_DAYS - 1), today + timedelta(days=1))
    return draw_chart(
        title=chart.title,
        series=chart.series,
        spans=[(f"{day:%d %b}", f"{day.day} {day:%b %Y}") for day in span],
        figures=[days.get(day, {}) for day in span],
        kind=chart.kind,
        is_stacked=chart.is_stacked,
        url=find_url(chart.view),
    )


def read_chart(chart: Chart, today: date) -> Days:
    """The figures of CHART_DAYS up to this one."""
    return {**close_days(chart, today), **chart.read(today, today + timedelta(days=1))}


def _kept(key: str, read: Callable[[], Read]) -> Read | None:
    """The value read in the last half minute, or read now; None when it cannot be read."""
    try:
        return keep(key, read)
    except Exception:  # noqa: BLE001  whatever a source raises, the page opens
        logger.exception("A figure of the home page could not be read: %s", key)
        return None
