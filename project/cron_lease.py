"""The schedule, safe to be run by several processes: one holds a lease, the others wait.

Who holds it renews it every few seconds; when he dies it runs out and another goes on
where he stopped. Each time of each job is claimed before it is enqueued, so that not even
a process that slept past its lease enqueues it again.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django_rq.cron import DjangoCronScheduler
from rq.cron import CronJob
from rq.utils import as_text, now

logger = logging.getLogger(__name__)

LEASE_KEY, DONE_KEY = "tallyhouse:cron:holder", "tallyhouse:cron:done"
LEASE_SECONDS = 30
RENEW_SECONDS = 5.0
# After a stop each job that was missed runs once, but nothing of yesterday.
CATCH_UP = timedelta(hours=1)

_HELD, _TAKEN = 1, 2
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return 1
end
if holder then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 2
"""
_CLAIM = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local done = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0')
if done >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
return 1
"""
_LET_GO = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


class LeasedScheduler(DjangoCronScheduler):
    """Knows jobs with a cron line only, as botrunner.schedule has them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._state: int | None = None

    def enqueue_jobs(self) -> list[CronJob]:
        if not self._hold():
            return []
        enqueued = []
        for job in self.get_jobs():
            due_at = job.next_enqueue_time
            if due_at is None or not job.should_run():
                continue
            if self._claim(job, due_at):
                job.enqueue(self.connection)
                enqueued.append(job)
            job.set_enqueue_time(now())
        return enqueued

    def calculate_sleep_interval(self) -> float:
        if not self._state:
            return RENEW_SECONDS
        return min(float(super().calculate_sleep_interval()), RENEW_SECONDS)

    def register_death(self, pipeline: Any = None) -> None:
        self.connection.eval(_LET_GO, 1, LEASE_KEY, self.name)
        super().register_death(pipeline)

    def _hold(self) -> bool:
        before = self._state
        self._state = self.connection.eval(_HOLD, 1, LEASE_KEY, self.name, LEASE_SECONDS)
        if self._state == _TAKEN:
            self._go_on()
            if before is not None:
                logger.warning("this process runs the schedule from now on")
        elif not self._state and before != self._state:
            logger.warning("another process runs the schedule; this one waits for its end")
        return bool(self._state)

    def _go_on(self) -> None:
        """From the last times that anybody has enqueued."""
        done = {
            as_text(name): datetime.fromtimestamp(float(at), UTC)
            for name, at in self.connection.hgetall(DONE_KEY).items()
        }
        for job in self.get_jobs():
            if at := done.get(job.name):
                job.set_enqueue_time(max(at, now() - CATCH_UP))
            else:
                job.next_enqueue_time = job.get_next_enqueue_time()

    def _claim(self, job: CronJob, due_at: datetime) -> bool:
        words = (self.name, job.name, due_at.timestamp(), now().timestamp())
        return bool(self.connection.eval(_CLAIM, 2, LEASE_KEY, DONE_KEY, *words))
