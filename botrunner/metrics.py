"""What Prometheus is told of the bot, its updates and the jobs."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max, Min, QuerySet
from django_rq import get_queue

from botrunner.dashboard import QUEUES, is_silent
from botrunner.models import Heartbeat, InboxUpdate
from project.health import is_queue_ready
from project.metrics import Metric, Sample

COUNT_MAX = 100_000


def updates_waiting(now: datetime) -> Iterator[Sample]:
    yield {}, _waiting().order_by()[:COUNT_MAX].count()


def oldest_update(now: datetime) -> Iterator[Sample]:
    oldest = _waiting().aggregate(oldest=Min("received_at"))["oldest"]
    yield {}, max((now - oldest).total_seconds(), 0) if oldest else 0


def heartbeats(now: datetime) -> Iterator[Sample]:
    # Index heartbeat_newest; a handful of rows.
    for kind, beat_at in (
        Heartbeat.objects.order_by("kind").values_list("kind").annotate(Max("beat_at"))
    ):
        yield {"kind": kind}, max((now - beat_at).total_seconds(), 0)


def processes(now: datetime) -> Iterator[Sample]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in Heartbeat.objects.exclude(kind="jobs"):
        counts[row.kind, "alive"] += 0
        counts[row.kind, "silent"] += 0
        counts[row.kind, "silent" if is_silent(row, now) else "alive"] += 1
    for (kind, state), count in sorted(counts.items()):
        yield {"kind": kind, "state": state}, count


def jobs_waiting(now: datetime) -> Iterator[Sample]:
    # Raises soon where Redis hangs: a scrape must not wait for it.
    is_queue_ready()
    for name in QUEUES:
        yield {"queue": name}, get_queue(name).count


def jobs_failed(now: datetime) -> Iterator[Sample]:
    is_queue_ready()
    for name in QUEUES:
        yield {"queue": name}, get_queue(name).failed_job_registry.count


def _waiting() -> QuerySet[InboxUpdate]:
    # Index inbox_waiting.
    return InboxUpdate.objects.filter(state=InboxUpdate.State.WAITING)


METRICS = [
    Metric(
        name="updates_waiting",
        help=f"Updates that were not handled yet, counted up to {COUNT_MAX}.",
        read=updates_waiting,
    ),
    Metric(
        name="oldest_update_seconds",
        help="How long the oldest of them has waited.",
        read=oldest_update,
    ),
    Metric(
        name="heartbeat_age_seconds",
        help="Since the newest sign of life of a bot, worker or cron, or of a job done by them.",
        read=heartbeats,
    ),
    Metric(
        name="processes",
        help="Bots, workers and crons that live, and those that fell silent and are missed.",
        read=processes,
    ),
    Metric(name="jobs_waiting", help="Jobs of a queue.", read=jobs_waiting),
    Metric(name="jobs_failed", help="Failed jobs of a queue.", read=jobs_failed),
]
