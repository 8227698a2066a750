"""Files of numbers that staff sent to the bot: who works on them, and how long they are kept."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_rq import get_queue
from redis.exceptions import RedisError

from botrunner.models import SentFile

logger = logging.getLogger(__name__)

# What the Bot API hands out.
FILE_BYTES_MAX = 20 * 1024**2
JOB_SECONDS_MAX = 600
QUIET_AFTER = timedelta(minutes=1)
KEPT_FOR = timedelta(days=2)


def wake_file_worker(sent_id: int) -> None:
    """Queues the work. Without Redis the sweep finds it later."""
    try:
        get_queue("low").enqueue(
            "botrunner.file_work.work_on_file", sent_id, job_timeout=JOB_SECONDS_MAX, result_ttl=0
        )
    except (RedisError, OSError):
        logger.warning("Redis does not answer: sent file %s waits for the sweep", sent_id)


def wake_quiet_files(now: datetime | None = None) -> int:
    """Files whose worker died go on from where they are. Index sent_file_on_its_way."""
    now = now or timezone.now()
    is_quiet = Q(beat_at__lt=now - QUIET_AFTER) | Q(beat_at__gt=now + QUIET_AFTER)
    quiet = SentFile.objects.filter(is_quiet, state=SentFile.State.CONFIRMED)
    ids = list(quiet.values_list("pk", flat=True))
    claimed = [pk for pk in ids if quiet.filter(pk=pk).update(beat_at=now)]
    for pk in claimed:
        wake_file_worker(pk)
    return len(claimed)


def purge(now: datetime) -> None:
    SentFile.objects.filter(beat_at__lt=now - KEPT_FOR).delete()
