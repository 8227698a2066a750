"""The processes of a small Tallyhouse of its own, on free ports and an empty folder."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from botrunner.sandbox.token import control_key
from project.running.parent import die_with_parent
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 40
USERNAME, PASSWORD = "boss", "a-long-password-for-the-browser"


@dataclass(frozen=True)
class Site:
    url: str
    sandbox_url: str
    env: dict[str, str]

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True, timeout=120)

    def control(self, action: str, body: bytes = b"{}") -> None:
        headers = {"X-Sandbox-Key": control_key(), "Content-Type": "application/json"}
        url = f"{self.sandbox_url}/control/{action}"
        urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10).close()


@contextmanager
def running_site(folder: Path, *bot: str) -> Iterator[Site]:
    """Web, sandbox and the bot that `bot` starts (its arguments for Python)."""
    port, sandbox_port = free_port(), free_port()
    env = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "SANDBOX_PORT": str(sandbox_port),
        # The same key here and there, so that the tests know the control key.
        "SECRET_KEY": settings.SECRET_KEY,
        "TELEGRAM_TOKEN": "",
        "VAR_DIR": str(folder),
    }
    site = Site(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}", env)
    site.manage("migrate", "-v", "0")
    words = ["--noinput", "--username", USERNAME, "--email", "boss@example.com", "-v", "0"]
    site.manage("createsuperuser", *words)
    web = ["-m", "uvicorn", "project.asgi:application", "--port", str(port), "--no-access-log"]
    with ExitStack() as stack:
        for name, command in (("web", web), ("sandbox", ["manage.py", "runsandbox"])):
            stack.enter_context(_process(name, command, folder, env))
        _wait_until_answered(f"{site.url}/healthz")
        _wait_until_answered(f"{site.sandbox_url}/")
        stack.enter_context(_process("bot", list(bot), folder, env))
        yield site


@contextmanager
def _process(name: str, words: list[str], folder: Path, env: dict[str, str]) -> Iterator[None]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_answered(url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
