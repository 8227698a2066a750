"""Keeps the parts running: starts, watches, starts again, and ends all of them.

Our own and not a packaged supervisor because it has to show each part's lines
under its name, wait for one part before it starts the next, never give up on a
part, and leave nothing behind even when it is killed itself.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from project.running.console import Console, LineSplitter
from project.running.parent import die_with_parent

RESTART_SECONDS_FIRST = 0.5
RESTART_SECONDS_MAX = 30.0
SETTLED_SECONDS = 20.0
READY_POLL_SECONDS = 0.1
# How long a part waits for the ones it is started after; it then starts without them.
PATIENCE_SECONDS = 15.0
# Together below the ten seconds in which Ctrl-C has to have ended everything.
STOP_SECONDS = 6.0
STOP_BASE_SECONDS = 2.0

Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Part:
    """One process. A base part starts before those that name it and ends after them."""

    name: str
    command: list[str]
    after: tuple[str, ...] = ()
    is_ready: Probe | None = None
    is_base: bool = False
    # Lines that hold one of these say nothing to the person who looks on.
    noise: tuple[str, ...] = ()


@dataclass
class _Kept:
    part: Part
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None


class Runner:
    def __init__(
        self, parts: list[Part], console: Console, folder: Path, env: Mapping[str, str]
    ) -> None:
        self._kept = {part.name: _Kept(part) for part in parts}
        self._console = console
        self._folder = folder
        self._env = {**env, "PYTHONUNBUFFERED": "1"}
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Returns after a signal asked for the end and every part has ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._ask_to_stop)
        self._console.note(f"Starting {', '.join(self._kept)}…")
        keepers = [asyncio.create_task(self._keep(kept)) for kept in self._kept.values()]
        announcer = asyncio.create_task(self._announce(on_ready))
        await self._stop.wait()
        self._console.note("Stopping… (Ctrl-C again does not wait)")
        for task in (announcer, *keepers):
            task.cancel()
        await asyncio.gather(announcer, *keepers, return_exceptions=True)
        await self._end_all()
        self._console.note("All parts have ended.")

    def _ask_to_stop(self) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def _announce(self, on_ready: Callable[[], None]) -> None:
        for kept in self._kept.values():
            await kept.ready.wait()
        on_ready()

    async def _keep(self, kept: _Kept) -> None:
        await self._wait_for(kept.part.after)
        pause = RESTART_SECONDS_FIRST
        while True:
            started = time.monotonic()
            code = await self._run_once(kept)
            if time.monotonic() - started > SETTLED_SECONDS:
                pause = RESTART_SECONDS_FIRST
            self._console.part_line(
                kept.part.name, f"{_describe(code)}; starting again in {pause:g} s"
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, RESTART_SECONDS_MAX)

    async def _wait_for(self, names: tuple[str, ...]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                for name in names:
                    await self._kept[name].ready.wait()

    async def _run_once(self, kept: _Kept) -> int:
        with _Pipe(partial(self._show, kept.part)) as output:
            kept.process = await asyncio.create_subprocess_exec(
                *kept.part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                env=self._env,
                # A group of its own: Ctrl-C in the terminal reaches the runner only,
                # which then ends the parts in their order.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        prober = asyncio.create_task(self._await_ready(kept))
        try:
            return await kept.process.wait()
        finally:
            prober.cancel()
            if kept.process.returncode is not None:
                _kill_group(kept.process.pid)

    async def _await_ready(self, kept: _Kept) -> None:
        if kept.part.is_ready is not None:
            while not await kept.part.is_ready():
                await asyncio.sleep(READY_POLL_SECONDS)
        kept.ready.set()

    def _show(self, part: Part, line: str) -> None:
        if not any(words in line for words in part.noise):
            self._console.part_line(part.name, line)

    async def _end_all(self) -> None:
        for is_base, seconds in ((False, STOP_SECONDS), (True, STOP_BASE_SECONDS)):
            running = [
                kept.process
                for kept in self._kept.values()
                if kept.part.is_base is is_base and kept.process is not None
            ]
            await asyncio.gather(*(self._end(process, seconds) for process in running))

    async def _end(self, process: asyncio.subprocess.Process, seconds: float) -> None:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
        ended = asyncio.create_task(process.wait())
        hurried = asyncio.create_task(self._hurry.wait())
        await asyncio.wait({ended, hurried}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        _kill_group(process.pid)
        await ended


class _Pipe:
    """Hands the write end to a child and calls `show` with each line that comes out.

    Not asyncio's own pipes: there, waiting for a child also waits for everyone
    who inherited its output, such as a job that outlives its worker.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._lines = LineSplitter()
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)

    def __enter__(self) -> int:
        asyncio.get_running_loop().add_reader(self._read_end, self._read)
        return self._write_end

    def __exit__(self, *_: object) -> None:
        os.close(self._write_end)

    def _read(self) -> None:
        with suppress(BlockingIOError):
            data = os.read(self._read_end, 64 * 1024)
            for line in self._lines.feed(data) if data else self._lines.finish():
                self._show(line)
            if not data:
                asyncio.get_running_loop().remove_reader(self._read_end)
                os.close(self._read_end)


def _kill_group(leader_pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader_pid, signal.SIGKILL)


def _describe(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
