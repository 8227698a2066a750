"""Starts the real ./run in a folder of its own and uses it as a person would: part of .ci/run."""

import functools
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from botrunner.sandbox.cast import ANN
from tests.project.running.processes import (
    Program,
    list_children,
    started,
    wait_for,
    wait_until_gone,
)
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tallyhouse-smoke-") as folder:
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
        env = {**os.environ, **ports, "VAR_DIR": folder}
        first_seconds, first = use(env)
        say(f"first start: {first_seconds:.1f} s until /healthz answered")
        require("Password " in first.output, "the first start shows a password", first)
        seconds, second = use(env)
        say(f"second start: {seconds:.1f} s until /healthz answered")
        require("Password " not in second.output, "the second start shows no password", second)
        require(seconds < first_seconds / 2, "the second start is quick", second)


def use(env: dict[str, str]) -> tuple[float, Program]:
    """Starts it, looks at its pages, ends it; the seconds are those until /healthz answered."""
    began = time.monotonic()
    with started([str(ROOT / "run")], env=env) as program:
        wait_for(lambda: status_of(env, "/healthz") == 200, lambda: program.output)
        seconds = time.monotonic() - began
        program.find("Dashboard ")
        wait_for(lambda: status_of(env, "/readyz") == 200, lambda: program.output)
        require(status_of(env, "/admin/login/") == 200, "the login page is there", program)
        wait_for(lambda: answers_in_sandbox(env), lambda: program.output)
        children = list_children(program.process.pid)
        program.signal(signal.SIGINT)
        require(program.wait(10) == 0, "Ctrl-C ends it in ten seconds", program)
        wait_until_gone(*children)
        restarts = re.findall(r".*starting again.*", program.output)
        require(not restarts, f"no part had to be started again {restarts}", program)
    return seconds, program


def answers_in_sandbox(env: dict[str, str]) -> bool:
    """Whether the bot says something when a member of the sandbox presses Start."""
    before = list_said(env)
    call_sandbox(env, "text", {"chat_id": ANN, "user_id": ANN, "text": "/start"})
    return bool(wait_for(lambda: set(list_said(env)) - set(before), lambda: "the bot's answer"))


def list_said(env: dict[str, str]) -> list[int]:
    messages = call_sandbox(env, "snapshot", {})["messages"]
    return [message["message_id"] for message in messages if message["from"]["is_bot"]]


def call_sandbox(env: dict[str, str], action: str, values: dict[str, Any]) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", int(env["SANDBOX_PORT"]), timeout=20)
    headers = {
        "X-Sandbox-Key": read_control_key(env["VAR_DIR"]),
        "Content-Type": "application/json",
    }
    connection.request("POST", f"/control/{action}", json.dumps(values), headers)
    return json.loads(connection.getresponse().read())["result"]


@functools.cache
def read_control_key(folder: str) -> str:
    code = "from botrunner.sandbox.token import control_key; print(control_key())"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    env = {**os.environ, "VAR_DIR": folder}
    return subprocess.check_output(command, env=env, cwd=ROOT, text=True).strip()


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
