"""What the tests of the engine share: fake updates, a fake Bot API's people, a bot process."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from botrunner.sandbox.server import SandboxServer
from botrunner.sandbox.state import State

ROOT = Path(__file__).resolve().parents[3]
# Long enough for a machine that does ten other things: only what fails waits for it.
PATIENCE_SECONDS = 150.0
# What is in hand is given five seconds in all; a busy machine adds its own.
END_SECONDS = 15.0
_update_ids = count(5_000)


def make_update(text: str = "/probe", *, telegram_id: int = 900_001, **more: Any) -> dict[str, Any]:
    user = {"id": telegram_id, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    message = {"message_id": 1, "date": 0, "chat": {"id": telegram_id, "type": "private"}}
    body = {**message, "from": user, "text": text}
    return {"update_id": next(_update_ids), "message": body} | more


def press_update(data: str, *, telegram_id: int = 900_001) -> dict[str, Any]:
    update = make_update(telegram_id=telegram_id)
    message = update.pop("message")
    query = {"id": str(update["update_id"]), "from": message["from"], "message": message}
    return update | {"callback_query": query | {"data": data}}


def add_people(state: State, amount: int) -> list[int]:
    """Members who have started the bot."""
    telegram_ids = list(range(910_000_001, 910_000_001 + amount))
    for telegram_id in telegram_ids:
        user = {"id": telegram_id, "first_name": f"P{telegram_id}", "language_code": "en"}
        state.add_user(user)
        state.chats[telegram_id].bot_status = "member"
    return telegram_ids


def list_texts(state: State, telegram_id: int) -> list[str]:
    """What the bot wrote to a member."""
    messages = state.chats[telegram_id].messages.values()
    return [m.get("text", "") for m in messages if m["from"]["id"] == state.bot["id"]]


@contextmanager
def bot_process(
    server: SandboxServer, *options: str, env: dict[str, str] | None = None, log: Any = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A real runbot (with the probe's commands) on this test's database."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.botrunner.engine.probe", *options],
        cwd=ROOT,
        env={**os.environ, **_environment(server), **(env or {})},
        stdout=log,
        stderr=log,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _environment(server: SandboxServer) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "TELEGRAM_TOKEN": server.token,
        "TELEGRAM_API_URL": server.url,
        "TELEGRAM_MESSAGES_PER_SECOND": "100000",
        "REDIS_URL": settings.REDIS_URL,
    }


def database_url() -> str:
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    login = f"{config['USER']}:{config['PASSWORD']}"
    return f"postgres://{login}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


async def wait_until(
    is_so: Callable[[], bool],
    what: str,
    seconds: float = PATIENCE_SECONDS,
    *,
    process: subprocess.Popen[bytes] | None = None,
) -> None:
    """Fails at once when the process has ended that is to make it so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited in vain: {what}"
        assert process is None or process.poll() is None, f"the process ended before: {what}"
        await asyncio.sleep(0.02)


async def end_kindly(process: subprocess.Popen[bytes]) -> None:
    """Sends SIGTERM and waits; fails when the process does not end by itself in time."""
    process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(process.wait, END_SECONDS)


@asynccontextmanager
async def fake_telegram(people: int) -> AsyncIterator[tuple[SandboxServer, list[int]]]:
    async with SandboxServer() as server:
        yield server, add_people(server.state, people)
