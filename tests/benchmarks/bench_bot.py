"""Updates a second, from the inbox to the sent reply, against a stock bot that only echoes.

    python -m tests.benchmarks.bench_bot [--updates 3000] [--rounds 3] [--postgres] [--profile FILE]

One API process, one bot process at a time, all on this machine; Valkey keeps
the limits. Databases write through to the disk. The figures are the medians of
the rounds; the order of the bots changes from round to round. CPU is that of the
bot's process: it says the same on a machine that is busy with other things.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers
from tests.benchmarks.stock_bot import TOKEN

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 200
IN_FLIGHT = 64
START_SECONDS = 60
_next_id = int(time.time())


@dataclass
class Bot:
    name: str
    command: list[str]
    env: dict[str, str]


@dataclass
class Result:
    rate: float  # updates a second
    cpu_ms: float  # of the bot's process, an update


class Api:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url: str = self._read()["url"]

    def run(self, updates: int) -> float:
        """Seconds from handing out the first update to taking the last reply."""
        global _next_id
        assert self._process.stdin is not None
        self._process.stdin.write(f"{_next_id} {updates} {PEOPLE}\n")
        self._process.stdin.flush()
        _next_id += updates + 1
        return float(self._read()["seconds"])

    def _read(self) -> dict[str, str]:
        assert self._process.stdout is not None
        line: dict[str, str] = json.loads(self._process.stdout.readline())
        return line


def main() -> None:
    options = read_options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tallyhouse-bench-")))
        api = Api(stack.enter_context(process("-m", "tests.benchmarks.fake_api", pipe=True)))
        bots = list(make_bots(stack, folder, api.url, options))
        results: dict[str, list[Result]] = {bot.name: [] for bot in bots}
        for number in range(options.rounds):
            shift = number % len(bots)
            for bot in bots[shift:] + bots[:shift]:
                results[bot.name].append(measure(bot, api, options.updates))
    report(results)


def make_bots(
    stack: ExitStack, folder: Path, url: str, options: argparse.Namespace
) -> Iterator[Bot]:
    stock = ["-m", "tests.benchmarks.stock_bot", url]
    if not options.profile:
        yield Bot("stock, one by one", [*stock, "1"], {})
        yield Bot(f"stock, {IN_FLIGHT} in flight", [*stock, str(IN_FLIGHT)], {})
    valkey = stack.enter_context(servers.valkey(folder))
    env = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "TELEGRAM_MESSAGES_PER_SECOND": "100000",
        "REDIS_URL": valkey,
        "LOG_LEVEL": "WARNING",
        "SECRET_KEY": "of-a-benchmark",
        "VAR_DIR": str(folder),
    }
    profiled = ["-m", "cProfile", "-o", options.profile] if options.profile else []
    command = [*profiled, "manage.py", "runbot"]
    databases = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
    if options.postgres:
        databases["PostgreSQL"] = stack.enter_context(servers.postgres(folder))
        write_through(databases["PostgreSQL"])
    for name, database in databases.items():
        own_env = env | {"DATABASE_URL": database}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=os.environ | own_env,
            check=True,
        )
        yield Bot(f"ours on {name}", command, own_env)


def write_through(database: str) -> None:
    """The tests' server does not wait for the disk; a figure must."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = on")
        connection.execute("SELECT pg_reload_conf()")


def measure(bot: Bot, api: Api, updates: int) -> Result:
    """Measures after a warm-up that meets every member once."""
    with process(*bot.command, env=bot.env) as started:
        api.run(PEOPLE)
        cpu_before = read_cpu_seconds(started.pid)
        seconds = api.run(updates)
        cpu = read_cpu_seconds(started.pid) - cpu_before
    return Result(updates / seconds, cpu / updates * 1000)


def read_cpu_seconds(pid: int) -> float:
    """User and system time of a process, all threads."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def process(
    *command: str, env: dict[str, str] | None = None, pipe: bool = False
) -> Iterator["subprocess.Popen[str]"]:
    pipes = subprocess.PIPE if pipe else None
    started = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdin=pipes,
        stdout=pipes,
        text=True,
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(START_SECONDS)


def report(results: dict[str, list[Result]]) -> None:
    rates = {name: statistics.median(r.rate for r in found) for name, found in results.items()}
    floor = max((rate for name, rate in rates.items() if name.startswith("stock")), default=0.0)
    print(f"{'':24} {'updates/s':>10} {'ratio':>6} {'CPU ms':>7}   lowest…highest")  # noqa: T201  its result
    for name, rate in rates.items():
        ratio = f"{rate / floor:6.2f}" if floor else ""
        cpu = statistics.median(result.cpu_ms for result in results[name])
        spread = [result.rate for result in results[name]]
        line = f"{name:24} {rate:10.0f} {ratio:>6} {cpu:7.2f}   {min(spread):.0f}…{max(spread):.0f}"
        print(line)  # noqa: T201  its result


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true", help="measure on PostgreSQL too")
    parser.add_argument("--profile", default="", help="profile our bot into this file, alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
