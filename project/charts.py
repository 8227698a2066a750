"""How a chart is drawn in the dashboard, with its figures as a table below it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
OPTIONS: dict[str, Any] = {
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


def draw_chart(
    *,
    title: str,
    series: Mapping[str, str],
    spans: Sequence[tuple[str, str]],
    figures: Iterable[Mapping[str, int]],
    kind: str = "bar",
    is_stacked: bool = False,
    url: str = "",
    by: str = "Day",
) -> dict[str, Any]:
    """What templates/admin/parts/chart.html shows.

    `spans` are the days, weeks or months along the axis, each as the axis and as the table
    write it; `figures` are theirs, in the same order, by the names that `series` puts in words.
    """
    rows = list(figures)
    columns = [[row.get(name, 0) for row in rows] for name in series]
    labels, names = ([span[index] for span in spans] for index in (0, 1))
    return {
        "title": title,
        "is_available": True,
        "kind": kind,
        "url": url,
        "by": by,
        "totals": dict(zip(series.values(), map(sum, columns), strict=True)),
        "rows": list(zip(names, zip(*columns, strict=True), strict=True)),
        "data": json.dumps({"labels": labels, "datasets": _datasets(series, columns)}),
        "options": json.dumps(_stacked(OPTIONS) if is_stacked else OPTIONS),
    }


def _datasets(series: Mapping[str, str], columns: list[list[int]]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "data": column,
            "backgroundColor": color,
            "borderColor": color,
            "borderRadius": 3,
        }
        for label, column, color in zip(series.values(), columns, COLORS, strict=False)
    ]


def _stacked(options: dict[str, Any]) -> dict[str, Any]:
    scales = {name: {**scale, "stacked": True} for name, scale in options["scales"].items()}
    return {**options, "scales": scales}
