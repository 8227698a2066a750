"""What the home page shows of the bot and of what waits for it."""

from datetime import datetime, timedelta
from functools import partial

from django_rq import get_queue
from redis.exceptions import RedisError

from botrunner.heartbeat import ALIVE_FOR, is_dead_here
from botrunner.models import Heartbeat, InboxUpdate
from project.figures import Figure, Reading
from project.health import is_queue_ready
from project.navigation import SUPERUSER
from project.selectors import count_bounded

# A process beats every few seconds; what the clock drives beats once a minute.
LATE = ALIVE_FOR
LATE_BY_KIND = {"jobs": timedelta(minutes=3)}
PROCESSES_MAX = 100
QUEUES = ("default", "low")


def is_silent(heartbeat: Heartbeat, now: datetime) -> bool:
    """One of this machine that was killed is silent at once."""
    is_late = now - heartbeat.beat_at > LATE_BY_KIND.get(heartbeat.kind, LATE)
    return is_late or is_dead_here(heartbeat.process)


def read_processes(kind: str, start: str, note: str, now: datetime) -> Reading:
    """How many of a kind live, and which has been silent the longest."""
    # Index heartbeat_newest.
    rows = list(Heartbeat.objects.filter(kind=kind).order_by("-beat_at")[:PROCESSES_MAX])
    silent = [row for row in rows if is_silent(row, now)]
    if not rows:
        return Reading("Never seen", f"Start it: {start}", "warn")
    if len(silent) == len(rows):
        return Reading("Silent", f"Last sign of life {_ago(now - rows[0].beat_at)} ago", "warn")
    if silent:
        last = silent[-1]
        where = last.process.partition("@")[2] or last.process
        words = f"{where} silent since {last.beat_at:%H:%M} UTC"
        return Reading(f"{len(rows) - len(silent)} of {len(rows)} alive", words, "warn")
    return Reading("Alive" if len(rows) == 1 else f"{len(rows)} alive", note, "good")


def inbox(now: datetime) -> Reading:
    # Index inbox_waiting.
    waiting = InboxUpdate.objects.filter(state=InboxUpdate.State.WAITING)
    late = waiting.filter(received_at__lt=now - LATE).exists()
    note = "Some have waited for over a minute" if late else "Updates not answered yet"
    return Reading(count_bounded(waiting), note, "warn" if late else "good")


def jobs(now: datetime) -> Reading:
    try:
        is_queue_ready()
        queues = [get_queue(name) for name in QUEUES]
        waiting = sum(queue.count for queue in queues)
        failed = sum(queue.failed_job_registry.count for queue in queues)
    except (RedisError, OSError):
        return Reading("unavailable", "Redis does not answer", "warn")
    done = Heartbeat.objects.filter(kind="jobs").first()
    if done is None or is_silent(done, now):
        return Reading(waiting, "Nobody is doing them", "warn")
    if failed:
        return Reading(waiting, f"{failed:,} failed", "warn")
    return Reading(waiting, "None failed", "good")


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


FIGURES = [
    Figure(
        label="Bot",
        icon="smart_toy",
        view="admin:botrunner_heartbeat_changelist",
        query="kind__exact=bot",
        permission=SUPERUSER,
        read=partial(read_processes, "bot", "manage.py runbot", "Answers members"),
    ),
    Figure(
        label="Workers",
        icon="engineering",
        view="admin:botrunner_heartbeat_changelist",
        query="kind__exact=worker",
        permission=SUPERUSER,
        read=partial(
            read_processes, "worker", "manage.py rqworker default low", "Do what takes long"
        ),
    ),
    Figure(
        label="Schedule",
        icon="schedule",
        view="admin:botrunner_heartbeat_changelist",
        query="kind__exact=cron",
        permission=SUPERUSER,
        read=partial(
            read_processes, "cron", "manage.py rqcron botrunner.schedule", "Starts what is due"
        ),
    ),
    Figure(
        label="Updates waiting",
        icon="inbox",
        view="admin:botrunner_inboxupdate_changelist",
        query="state__exact=waiting",
        permission=SUPERUSER,
        read=inbox,
    ),
    Figure(
        label="Jobs waiting",
        icon="layers",
        view="django_rq:home",
        permission=SUPERUSER,
        read=jobs,
    ),
]
