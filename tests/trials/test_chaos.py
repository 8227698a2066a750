"""A short trial: see trial.py. `python -m tests.trials.chaos` is the long one."""

import asyncio
import random
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql

from numbers.models import Batch
from tests import servers
from tests.botrunner.engine.bots import database_url
from tests.trials import trial as trials

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

QUEUE_HANGS_SECONDS = 8.0


@pytest.fixture
def queue(tmp_path_factory, settings):
    """A Valkey of the trial's own: it is stopped in the middle."""
    server = servers.Valkey(tmp_path_factory.mktemp("queue"))
    server.start()
    settings.REDIS_URL = server.url
    settings.RQ_QUEUES = {
        name: {**queue, "URL": server.url} for name, queue in settings.RQ_QUEUES.items()
    }
    yield server
    server.end()


def shut_out(seconds):
    """For who is connected the same as a server that is shut down at once."""
    name = connection.settings_dict["NAME"]
    url = database_url().removesuffix(name) + "postgres"
    gate = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")

    def close() -> None:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(gate.format(sql.Identifier(name), sql.SQL("false")))
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    def open_again() -> None:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(gate.format(sql.Identifier(name), sql.SQL("true")))

    async def fault(trial):
        trial.say(f"PostgreSQL is away for {seconds:.0f} s")
        gone = time.monotonic()
        await asyncio.to_thread(close)
        try:
            await asyncio.sleep(seconds)
        finally:
            await asyncio.to_thread(open_again)
            trial.away.append((gone, time.monotonic()))

    return fault


def test_a_fleet_loses_and_doubles_nothing_while_it_is_killed(queue, settings, tmp_path):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    plan = trials.Plan(
        seed=seed,
        people=12,
        seconds=5,
        faults=[trials.stop_valkey(QUEUE_HANGS_SECONDS), shut_out(1.5), trials.refuse(2)],
        pause=(0.2, 1.0),
        kill_pause=(0.3, 1.2),
        file_lines=20_000,
        say=print,
    )
    env = {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "MEDIA_ROOT": str(Path(Batch._meta.get_field("file").storage.location).parent),
        "LOG_LEVEL": "WARNING",
    }
    connections.close_all()

    trial = trials.Trial(plan, tmp_path, env, queue)
    asyncio.run(trial.run())

    print(trial.facts)
    assert trial.findings == []
    assert trial.facts["answers while Valkey hung"] > 0
