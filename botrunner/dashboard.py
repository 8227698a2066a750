"""What the home page shows of the bot and of what waits for it."""

from datetime import datetime, timedelta

from django_rq import get_queue
from redis.exceptions import RedisError

from botrunner.models import Heartbeat, InboxUpdate
from project.figures import Figure, Reading
from project.navigation import SUPERUSER
from project.selectors import count_bounded

# The bot beats every few seconds; what the clock drives beats once a minute.
LATE = timedelta(seconds=60)
LATE_BY_KIND = {"cron": timedelta(minutes=3), "worker": timedelta(minutes=3)}
QUEUES = ("default", "low")


def is_late(heartbeat: Heartbeat, now: datetime) -> bool:
    return now - heartbeat.beat_at > LATE_BY_KIND.get(heartbeat.kind, LATE)


def bot_alive(now: datetime) -> Reading:
    # Index heartbeat_newest.
    newest = Heartbeat.objects.filter(kind="bot").order_by("-beat_at").first()
    if newest is None:
        return Reading("Never seen", "Start it: manage.py runbot", "warn")
    if is_late(newest, now):
        return Reading("Silent", f"Last sign of life {_ago(now - newest.beat_at)} ago", "warn")
    return Reading("Alive", "Answers members", "good")


def inbox(now: datetime) -> Reading:
    # Index inbox_waiting.
    waiting = InboxUpdate.objects.filter(state=InboxUpdate.State.WAITING)
    late = waiting.filter(received_at__lt=now - LATE).exists()
    note = "Some have waited for over a minute" if late else "Updates not answered yet"
    return Reading(count_bounded(waiting), note, "warn" if late else "good")


def jobs(now: datetime) -> Reading:
    try:
        queues = [get_queue(name) for name in QUEUES]
        waiting = sum(queue.count for queue in queues)
        failed = sum(queue.failed_job_registry.count for queue in queues)
    except (RedisError, OSError):
        return Reading("unavailable", "Redis does not answer", "warn")
    worker = Heartbeat.objects.filter(kind="worker").order_by("-beat_at").first()
    if worker is None or is_late(worker, now):
        return Reading(waiting, "No worker is doing them", "warn")
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
        permission=SUPERUSER,
        read=bot_alive,
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
