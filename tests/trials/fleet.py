"""The processes of a trial: started, killed, watched and started again."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from project.running.parent import die_with_parent
from tests.project.running.processes import is_alive
from tests.servers import free_port
from tests.trials.telegram import Telegram

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
# As systemd does it (deploy/systemd), a little quicker.
RESTART_SECONDS = 0.5


@dataclass(slots=True)
class Process:
    """One place in the fleet, and whoever fills it now."""

    kind: str
    number: int
    port: int = 0
    pid: int = 0
    # The address of the Bot API that this one alone was told.
    door: int = 0
    kept_down: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}"

    @property
    def is_up(self) -> bool:
        return bool(self.pid) and is_alive(self.pid)


@dataclass
class Fleet:
    """`env` is the environment of all of them. Use as `with`; its end ends them all."""

    folder: Path
    env: dict[str, str]
    telegram: Telegram
    sizes: dict[str, int]
    processes: list[Process] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    # Ended by themselves: nobody had killed them.
    died: list[str] = field(default_factory=list)
    # When each door of the Bot API was closed by a kill.
    closed_at: dict[int, float] = field(default_factory=dict)

    def __enter__(self) -> "Fleet":
        self.processes = [
            Process(kind, number, free_port() if kind in ("bot", "web") else 0)
            for kind, size in self.sizes.items()
            for number in range(1, size + 1)
        ]
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.trials.zygote"],
            cwd=ROOT,
            env={**_plain_environment(), **self.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "zygote.log").open("ab"),
            text=True,
            preexec_fn=die_with_parent,
        )
        return self

    def __exit__(self, *exc_info: object) -> None:
        for process in self.processes:
            self._signal(process, signal.SIGKILL)
        self._zygote.kill()
        self._zygote.wait()
        for pipe in (self._zygote.stdin, self._zygote.stdout):
            assert pipe is not None
            pipe.close()

    def of(self, kind: str) -> list[Process]:
        return [process for process in self.processes if process.kind == kind]

    async def start(self, process: Process) -> None:
        settings: dict[str, Any] = {}
        if process.kind in ("bot", "worker"):
            process.door = await self.telegram.open_door()
            settings["TELEGRAM_API_URL"] = f"http://{HOST}:{process.door}"
        log = str(self.folder / f"{process.name}.log")
        order = {"words": _words(process), "settings": settings, "log": log}
        process.pid = await asyncio.to_thread(self._order, order)

    async def start_all(self) -> None:
        for process in self.processes:
            await self.start(process)

    def kill(self, process: Process) -> None:
        """Without a word, as the kernel does when memory runs out."""
        self._signal(process, signal.SIGKILL)
        self.killed[process.kind] += 1
        if process.door:
            self.closed_at[process.door] = time.monotonic()
        process.pid = 0

    def kill_all(self) -> None:
        for process in self.processes:
            if process.is_up:
                self.kill(process)

    async def keep_up(self) -> None:
        """Starts again what has ended, until it is cancelled."""
        while True:
            await asyncio.sleep(RESTART_SECONDS)
            for process in self.processes:
                if process.is_up or process.kept_down:
                    continue
                if process.pid:
                    self.died.append(process.name)
                await self.start(process)

    async def kill_at_random(self, dice: random.Random, pause: tuple[float, float]) -> None:
        while True:
            await asyncio.sleep(dice.uniform(*pause))
            alive = [process for process in self.processes if process.is_up]
            if alive:
                self.kill(dice.choice(alive))

    def _order(self, order: dict[str, Any]) -> int:
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    def _signal(self, process: Process, number: signal.Signals) -> None:
        # Its session: a worker's children are of it.
        if process.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, number)


def _words(process: Process) -> list[str]:
    return {
        "bot": ["manage.py", "runbot", "--webhook", "--port", str(process.port)],
        "web": ["uvicorn", HOST, str(process.port)],
        "worker": ["manage.py", "rqworker", "default", "low", "--with-scheduler", "-v", "1"],
        "cron": ["manage.py", "rqcron", "botrunner.schedule", "-l", "WARNING"],
    }[process.kind]


def _plain_environment() -> dict[str, str]:
    hidden = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "VAR_DIR")
    return {name: value for name, value in os.environ.items() if name not in hidden}
