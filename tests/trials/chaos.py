"""A fleet under load while everything around it fails, for as long as you like.

    python -m tests.trials.chaos --minutes 5 [--seed 7] [--people 60] [--folder DIR]

Three webhook bots, three workers, two web processes and two crons over a PostgreSQL and a
Valkey of its own. Prints what it did and counted; ends with code 1 when something was lost,
doubled or left. `--folder` keeps the logs.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests import servers

if TYPE_CHECKING:
    from tests.trials.trial import Trial


def main() -> int:
    options = read_options()
    with ExitStack() as stack:
        folder = Path(options.folder or stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        # What is committed is in the system's hands: it survives the server, as in production.
        postgres = servers.Postgres(folder, synchronous_commit="on", full_page_writes="on")
        postgres.start()
        stack.callback(postgres.end)
        valkey = servers.Valkey(folder)
        valkey.start()
        stack.callback(valkey.end)
        env = {"DATABASE_URL": postgres.url, "SECRET_KEY": "of-a-trial", "LOG_LEVEL": "INFO"}
        os.environ |= env | {"VAR_DIR": str(folder), "REDIS_URL": valkey.url}
        os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
        return try_it(options, folder, env, postgres, valkey)


def try_it(
    options: argparse.Namespace,
    folder: Path,
    env: dict[str, str],
    postgres: servers.Postgres,
    valkey: servers.Valkey,
) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tests.trials import trial as trials

    call_command("migrate", verbosity=0)
    connections.close_all()
    seconds = options.minutes * 60
    long = min(60.0, seconds / 6)
    plan = trials.Plan(
        seed=options.seed,
        people=options.people,
        seconds=seconds,
        faults=[
            trials.refuse(min(20.0, long)),
            trials.stop_valkey(long),
            restart(postgres, 3.0),
            trials.kill_valkey(long),
            restart(postgres, 1.0),
        ],
        pause=(0.2, 2.0),
        kill_pause=(0.5, 4.0),
        file_lines=400_000,
        say=print,
    )
    print(f"seed {options.seed}")
    trial = trials.Trial(plan, folder, env, valkey)
    asyncio.run(trial.run())
    print(json.dumps(trial.facts, indent=2, ensure_ascii=False))
    for words in trial.findings:
        print(f"✗ {words}")
    print("nothing lost, nothing doubled" if not trial.findings else "NOT WELL")
    return 1 if trial.findings else 0


def restart(postgres: servers.Postgres, seconds: float) -> "Callable[[Trial], Awaitable[None]]":
    """Its immediate shutdown: no goodbye, and a recovery when it starts again."""

    from django.db import connection

    from tests.trials import trial as trials

    async def fault(trial: "Trial") -> None:
        trial.say(f"PostgreSQL is shut down at once, and away for {seconds:.0f} s")
        gone = time.monotonic()
        await asyncio.to_thread(postgres.end, signal.SIGQUIT)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(postgres.start)
        # It listens before it has recovered.
        await trials.ask(lambda: connection.ensure_connection())
        trial.away.append((gone, time.monotonic()))

    return fault


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--folder", default="", help="for the logs, kept afterwards")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
