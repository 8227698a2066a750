"""Starts the real ./run in a folder of its own and uses it as a person would: part of .ci/run."""

import http.client
import os
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.project.running.processes import (
    Program,
    list_children,
    started,
    wait_for,
    wait_until_gone,
)
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
SECOND_START_SECONDS = 5.0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tallyhouse-smoke-") as folder:
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
        env = {**os.environ, **ports, "VAR_DIR": folder}
        seconds, first = use(env)
        say(f"first start: {seconds:.1f} s until /healthz answered")
        require("Password " in first.output, "the first start shows a password", first)
        seconds, second = use(env)
        say(f"second start: {seconds:.1f} s until /healthz answered")
        require("Password " not in second.output, "the second start shows no password", second)
        require(seconds < SECOND_START_SECONDS, "the second start is quick", second)


def use(env: dict[str, str]) -> tuple[float, Program]:
    """Starts it, looks at its pages, ends it; the seconds are those until /healthz answered."""
    began = time.monotonic()
    with started([str(ROOT / "run")], env=env) as program:
        wait_for(lambda: status_of(env, "/healthz") == 200, lambda: program.output)
        seconds = time.monotonic() - began
        program.find("Dashboard ")
        wait_for(lambda: status_of(env, "/readyz") == 200, lambda: program.output)
        require(status_of(env, "/admin/login/") == 200, "the login page is there", program)
        children = list_children(program.process.pid)
        program.signal(signal.SIGINT)
        require(program.wait(10) == 0, "Ctrl-C ends it in ten seconds", program)
        wait_until_gone(*children)
        restarts = re.findall(r".*starting again.*", program.output)
        require(not restarts, f"no part had to be started again {restarts}", program)
    return seconds, program


def status_of(env: dict[str, str], path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(env["PORT"]), timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def require(holds: bool, what: str, program: Program) -> None:
    if not holds:
        say(program.output)
        sys.exit(f"✗ {what}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
