"""Telegram's limits on messages."""

import asyncio
import time
from enum import IntEnum


class Urgency(IntEnum):
    """What goes first when not everything can go."""

    ANSWER = 0
    NOTICE = 1
    BROADCAST = 2


class Limits:
    """Keeps to the pauses Telegram names."""

    def __init__(self) -> None:
        self._paused_until: dict[int | str | None, float] = {}

    async def wait_for(self, method: str, chat_id: int | str | None, urgency: Urgency) -> None:
        now = time.monotonic()
        until = self._paused_until.get(chat_id, 0)
        if until > now:
            await asyncio.sleep(until - now)

    async def pause(self, chat_id: int | str | None, seconds: float) -> None:
        self._paused_until[chat_id] = time.monotonic() + seconds
