import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot

from botrunner.sandbox import cast, members
from botrunner.sandbox.server import SandboxServer

Story = Callable[[SandboxServer, Bot], Awaitable[Any]]


@pytest.fixture
def play() -> Callable[[Story], Any]:
    """Runs a story with a fresh sandbox, where Ann has started, and the library's own Bot."""

    async def run(story: Story) -> Any:
        async with SandboxServer(control_key="key") as server:
            members.send_text(server.state, chat_id=cast.ANN, user_id=cast.ANN, text="/start")
            server.state.confirm(server.state.updates.next_id)
            async with bot_of(server) as bot:
                return await story(server, bot)

    return lambda story: asyncio.run(run(story))


def bot_of(server: SandboxServer, token: str | None = None) -> Bot:
    return Bot(
        token or server.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
    )
