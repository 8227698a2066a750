"""Figures for Prometheus: /metrics, for this machine alone or for who knows the token."""

import ipaddress
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from project.requests import counts

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "tallyhouse_"

Labels = Mapping[str, str]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What an app offers to /metrics. `read(now)` is asked at each scrape: keep it bounded."""

    name: str
    help: str
    read: Callable[[datetime], Iterable[Sample]]
    kind: Literal["gauge", "counter"] = "gauge"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    text = "".join(_lines(timezone.now()))
    return HttpResponse(text, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    # A proxy on this machine comes from loopback too, and brings others.
    return _is_loopback(request) and "X-Forwarded-For" not in request.headers


def _is_loopback(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _lines(now: datetime) -> Iterator[str]:
    broken = 0
    for metric in (*OWN, *(m for path in settings.METRICS for m in import_string(path))):
        try:
            samples = list(metric.read(now))
        except Exception:  # noqa: BLE001  one source that fails must not hide the others
            logger.exception("No figure for %s", metric.name)
            broken += 1
            continue
        yield from _show(metric.name, metric.help, metric.kind, samples)
    yield from _show("metric_errors", "Sources that could not be read.", "gauge", [({}, broken)])


def _show(name: str, words: str, kind: str, samples: list[Sample]) -> Iterator[str]:
    name = f"{PREFIX}{name}"
    yield f"# HELP {name} {words}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        pairs = ",".join(f'{label}="{_escape(text)}"' for label, text in labels.items())
        yield f"{name}{{{pairs}}} {value:.15g}\n" if pairs else f"{name} {value:.15g}\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _requests(now: datetime) -> Iterator[Sample]:
    answers, _ = counts.read()
    for status in sorted(answers):
        yield {"status": status}, answers[status]


def _seconds(now: datetime) -> Iterator[Sample]:
    yield {}, counts.read()[1]


OWN = (
    Metric(
        name="http_requests_total",
        help="Answers of this web process since its start.",
        read=_requests,
        kind="counter",
    ),
    Metric(
        name="http_request_seconds_total",
        help="Time this web process spent on them.",
        read=_seconds,
        kind="counter",
    ),
)
