"""Starts a program, reads what it prints, and asks whether a process is still there."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# A first start prepares the database and loads the demo, on a machine that may be busy.
PATIENCE_SECONDS = 120.0


class Program:
    def __init__(self, command: list[str], **options: Any) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def find(self, pattern: str, *, count: int = 1) -> list[str]:
        """The first groups of the pattern's matches, once there are so many of them."""

        def found() -> list[str]:
            matches = re.findall(pattern, self.output)
            return matches if len(matches) >= count else []

        return wait_for(found, lambda: f"{pattern} x{count} in:\n{self.output}")

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self, timeout: float = PATIENCE_SECONDS) -> int:
        code = self.process.wait(timeout)
        self._reader.join(5)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


@contextmanager
def started(command: list[str], **options: Any) -> Iterator[Program]:
    program = Program(command, **options)
    try:
        yield program
    finally:
        with suppress(ProcessLookupError):
            program.process.kill()
        program.process.wait(10)


def wait_for(condition: Callable[[], Any], what: Callable[[], str]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what()}")
        time.sleep(0.05)
    return answer


def is_alive(pid: int | str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(*pids: int | str) -> None:
    wait_for(lambda: not any(map(is_alive, pids)), lambda: f"the end of {pids}")


def list_children(pid: int) -> list[int]:
    folder = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in folder.read_text().split()]


def kill(pid: int | str) -> None:
    os.kill(int(pid), signal.SIGKILL)
