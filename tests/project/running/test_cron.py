"""Two processes run the schedule: one works, the other waits for its end."""

import os
import signal
import sys
from contextlib import contextmanager
from datetime import timedelta

import django_rq
import pytest
from django_rq.cron import DjangoCronScheduler
from redis import Redis
from rq.cron import CronScheduler, get_cron_job_ids
from rq.utils import now

from project.cron_lease import CATCH_UP, DONE_KEY, LEASE_KEY, LEASE_SECONDS, LeasedScheduler
from tests.project.running.each_second import tick
from tests.project.running.processes import kill, started, wait_for

pytestmark = pytest.mark.valkey

SCHEDULE = "tests.project.running.each_second"
RUN = [sys.executable, "manage.py", "rqcron", SCHEDULE]
WAITS, TAKES_OVER = "(another process runs)", "(this process runs the schedule)"
NAME = "tests.project.running.each_second.tick"


@contextmanager
def cron(tmp_path, valkey):
    hidden = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    with started(RUN, env={**env, "REDIS_URL": valkey, "VAR_DIR": str(tmp_path)}) as program:
        yield program


def list_workers(redis):
    """The processes that have enqueued something."""
    schedulers = CronScheduler.all(redis)
    return [s.pid for s in schedulers if any(job.latest_enqueue_time for job in s.get_jobs())]


@pytest.mark.slow
def test_of_two_processes_one_works_and_the_other_goes_on_when_it_is_killed(tmp_path, valkey):
    redis = Redis.from_url(valkey)
    with cron(tmp_path, valkey) as first:
        wait_for(lambda: len(get_cron_job_ids(NAME, redis)) >= 2, lambda: first.output)
        with cron(tmp_path, valkey) as second:
            second.find(WAITS)
            amount = len(get_cron_job_ids(NAME, redis))
            wait_for(
                lambda: len(get_cron_job_ids(NAME, redis)) >= amount + 2, lambda: second.output
            )
            assert list_workers(redis) == [first.process.pid]

            kill(first.process.pid)
            first.wait()
            assert 0 < redis.ttl(LEASE_KEY) <= LEASE_SECONDS
            redis.pexpire(LEASE_KEY, 1)  # the half minute is over

            second.find(TAKES_OVER)
            wait_for(lambda: second.process.pid in list_workers(redis), lambda: second.output)


@pytest.mark.slow
def test_a_process_that_is_ended_leaves_the_lease_to_the_next(tmp_path, valkey):
    redis = Redis.from_url(valkey)
    with cron(tmp_path, valkey) as first:
        wait_for(lambda: redis.exists(LEASE_KEY), lambda: first.output)

        first.signal(signal.SIGTERM)

        assert first.wait() == 0
        assert not redis.exists(LEASE_KEY)


def make(kind):
    scheduler = kind(connection=django_rq.get_connection("low"))
    scheduler.register(tick, "low", cron="* * * * *")
    return scheduler


def make_due(*schedulers, at=None):
    for scheduler in schedulers:
        for job in scheduler.get_jobs():
            job.next_enqueue_time = at or now() - timedelta(seconds=1)


@pytest.mark.parametrize(("kind", "amount"), [(LeasedScheduler, 1), (DjangoCronScheduler, 2)])
def test_a_job_that_is_due_is_enqueued_once(kind, amount):
    """django_rq's own is the control: it enqueues in each process."""
    first, second = make(kind), make(kind)
    first.enqueue_jobs()
    make_due(first, second)

    for scheduler in (first, second):
        scheduler.enqueue_jobs()

    assert django_rq.get_queue("low").count == amount


def test_a_process_that_slept_past_its_lease_enqueues_nothing_again():
    asleep, awake = make(LeasedScheduler), make(LeasedScheduler)
    due_at = now() - timedelta(seconds=1)
    asleep.enqueue_jobs()
    asleep.connection.delete(LEASE_KEY)
    awake.enqueue_jobs()
    make_due(asleep, awake, at=due_at)
    awake.enqueue_jobs()

    job = asleep.get_jobs()[0]

    assert not asleep._claim(job, due_at)
    assert asleep.enqueue_jobs() == []
    assert django_rq.get_queue("low").count == 1


@pytest.mark.parametrize(
    ("missed_for", "amount"), [(timedelta(minutes=3), 1), (timedelta(days=9), 1), (None, 0)]
)
def test_what_was_missed_is_enqueued_once_by_whoever_goes_on(missed_for, amount):
    scheduler = make(LeasedScheduler)
    if missed_for:
        scheduler.connection.hset(DONE_KEY, NAME, (now() - missed_for).timestamp())

    scheduler.enqueue_jobs()
    scheduler.enqueue_jobs()

    assert django_rq.get_queue("low").count == amount


def test_a_daily_job_of_long_ago_is_not_caught_up_with():
    scheduler = LeasedScheduler(connection=django_rq.get_connection("low"))
    past = now() - CATCH_UP - timedelta(minutes=2)
    scheduler.register(tick, "low", cron=f"{past.minute} {past.hour} * * *")
    scheduler.connection.hset(DONE_KEY, NAME, (past - timedelta(days=1)).timestamp())

    assert scheduler.enqueue_jobs() == []


def test_who_waits_looks_again_soon():
    first, second = make(LeasedScheduler), make(LeasedScheduler)
    first.enqueue_jobs()
    second.enqueue_jobs()
    make_due(second)

    assert 0 < second.calculate_sleep_interval() < LEASE_SECONDS
