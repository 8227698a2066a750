"""The runner with real processes: what it starts, starts again, and ends."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.running.runner import STOP_SECONDS
from tests.project.running.processes import Program, kill, started, wait_until_gone

SAY_PID = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
SAY_END = (
    "import os, signal, sys, time\n"
    "def end(*_):\n    print('ends', flush=True); sys.exit()\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "print('pid', os.getpid(), flush=True); time.sleep(600)"
)
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SAY_PID
WITH_CHILD = (
    "import os, time; os.fork()\nos.write(1, f'pid {os.getpid()}\\n'.encode()); time.sleep(600)"
)
ROOT = Path(__file__).resolve().parents[3]
PATHS = {**os.environ, "PYTHONPATH": str(ROOT)}
RUN = """
import asyncio, os, sys
from pathlib import Path
from project.running.console import Console
from project.running import runner as module
from project.running.runner import Part, Runner

module.STOP_SECONDS = {stop_seconds}

def part(name, code, **options):
    return Part(name, [sys.executable, "-c", code], **options)

async def flag_is_up():
    return Path("flag").exists()

parts = {parts}
runner = Runner(parts, Console([p.name for p in parts]), Path.cwd(), os.environ)
asyncio.run(runner.run(lambda: print("all are ready", flush=True)))
"""


def run(*parts: str, stop_seconds: float = STOP_SECONDS) -> list[str]:
    code = RUN.format(parts=f"[{', '.join(parts)}]", stop_seconds=stop_seconds)
    return [sys.executable, "-c", code]


def part(name: str, code: str, options: str = "") -> str:
    return f"part({name!r}, {code!r}, {options})"


@pytest.fixture
def two() -> Iterator[Program]:
    base = part("base", SAY_END, "is_base=True")
    with started(run(base, part("web", SAY_END, "after=('base',)"))) as program:
        program.find("all are ready")
        yield program


def pid_of(program: Program, name: str, *, nth: int = 1) -> str:
    return program.find(rf"{name} +│ pid (\d+)", count=nth)[nth - 1]


def test_each_line_stands_under_the_name_of_its_part(two):
    assert pid_of(two, "base") != pid_of(two, "web")


def test_a_part_waits_until_the_one_it_needs_is_ready(tmp_path):
    base = part("base", SAY_PID, "is_ready=flag_is_up")
    web = part("web", SAY_PID, "after=('base',)")
    with started(run(base, web), cwd=tmp_path, env=PATHS) as program:
        pid_of(program, "base")
        time.sleep(0.5)
        before = program.output

        (tmp_path / "flag").touch()

        pid_of(program, "web")
        assert "web  │" not in before
        assert "all are ready" not in before


def test_a_killed_part_is_started_again(two):
    kill(pid_of(two, "web"))

    assert pid_of(two, "web", nth=2) != pid_of(two, "web")
    assert "was ended by SIGKILL; starting again in 0.5 s" in two.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_parts_the_base_last(two, number):
    pids = [pid_of(two, name) for name in ("base", "web")]

    two.signal(number)

    assert two.wait() == 0
    wait_until_gone(*pids)
    assert two.output.index("web  │ ends") < two.output.index("base │ ends")


def test_nothing_is_left_when_the_runner_itself_is_killed(two):
    pids = [pid_of(two, name) for name in ("base", "web")]

    two.signal(signal.SIGKILL)

    wait_until_gone(*pids)


def test_noise_is_not_shown():
    chatty = "print('blah blah'); print('news', flush=True); import time; time.sleep(600)"
    with started(run(part("web", chatty, "noise=('blah',)"))) as program:
        program.find("web │ news")

        assert "blah" not in program.output


def test_children_of_a_part_end_with_it():
    with started(run(part("web", WITH_CHILD))) as program:
        pids = program.find(r"pid (\d+)", count=2)

        program.signal(signal.SIGTERM)

        assert program.wait() == 0
        wait_until_gone(*pids)


def test_a_second_signal_does_not_wait_for_a_stubborn_part():
    # Left alone it would be given an hour.
    with started(run(part("web", STUBBORN), stop_seconds=3_600)) as program:
        pid = pid_of(program, "web")

        program.signal(signal.SIGINT)
        program.find("Stopping")
        program.signal(signal.SIGINT)

        assert program.wait() == 0
        wait_until_gone(pid)


@pytest.mark.slow
def test_a_stubborn_part_is_ended_all_the_same():
    with started(run(part("web", STUBBORN))) as program:
        pid = pid_of(program, "web")

        program.signal(signal.SIGTERM)

        assert program.wait() == 0
        wait_until_gone(pid)


def test_the_pause_before_a_new_start_grows():
    with started(run(part("web", "raise SystemExit(3)"))) as program:
        pauses = program.find(r"ended with exit code 3; starting again in ([\d.]+) s", count=3)

    assert pauses[:3] == ["0.5", "1", "2"]
