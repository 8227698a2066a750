"""What Prometheus is told of backups and of what has gone wrong."""

from collections.abc import Iterator
from datetime import datetime

from project.incidents import list_open
from project.metrics import Metric, Sample

from .runs import newest_good


def last_good(now: datetime) -> Iterator[Sample]:
    good = newest_good(now)
    yield {}, good.started_at.timestamp() if good and good.started_at else 0


def incidents(now: datetime) -> Iterator[Sample]:
    for incident in list_open():
        yield {"cause": incident.cause}, 1


METRICS = [
    Metric(
        name="backup_last_good_timestamp_seconds",
        help="When the newest good backup was begun; 0 without one.",
        read=last_good,
    ),
    Metric(name="incident_open", help="1 for each incident that is not over.", read=incidents),
]
