import os
import sys

import django_rq
import pytest

from tests.project.running.processes import kill, list_children, started, wait_for, wait_until_gone

WORK = [sys.executable, "manage.py", "rqworker", "low", "--with-scheduler", "-v", "0"]


@pytest.mark.valkey
@pytest.mark.slow
def test_a_killed_worker_takes_its_job_and_its_scheduler_along(valkey):
    django_rq.get_queue("low").enqueue("time.sleep", 600)
    hidden = ("DJANGO_SETTINGS_MODULE",)
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    with started(WORK, env={**env, "REDIS_URL": valkey}) as worker:
        pid = worker.process.pid
        children = wait_for(
            lambda: len(list_children(pid)) == 2 and list_children(pid), lambda: worker.output
        )

        kill(pid)

        wait_until_gone(*children)
