"""Telegram's limits on messages, shared by all bot processes through Redis.

At most so many messages a second over all chats, 20 a minute in a group, and
for messages no update asked for one a second to a member. A pause that Telegram
names holds for its chat; two chats paused at once mean all of them are.

All callers that wait at the same moment are asked for in one round trip.
Without Redis each process keeps the same limits by itself.
"""

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from botrunner.window import Windows

logger = logging.getLogger(__name__)

REDIS_TIMEOUT_SECONDS = 1.0
REDIS_RETRY_SECONDS = 5.0
# Bounds one run of the script, which stops the whole server while it runs.
ASKED_AT_ONCE_MAX = 200
WAIT_SECONDS_MIN = 0.02
_SCRIPT = (Path(__file__).parent / "limits.lua").read_text(encoding="utf-8")
_COUNTED = ("send", "edit", "copy", "forward", "delete")
_FREE = {"sendChatAction"}


class Urgency(IntEnum):
    """What goes first when not everything can go."""

    ANSWER = 0
    NOTICE = 1
    BROADCAST = 2


# The part of the overall limit each may fill: what is left over is for those before it.
SHARES = {Urgency.ANSWER: 1.0, Urgency.NOTICE: 0.9, Urgency.BROADCAST: 0.75}


@dataclass(slots=True, eq=False)
class _Wish:
    """One caller that waits for its turn."""

    chat_id: str
    kind: str
    cap: int
    urgency: Urgency
    turn: asyncio.Future[float] = field(default_factory=asyncio.Future)


class Limits:
    """Use `run()` as a task beside the senders; without it nobody gets a turn."""

    def __init__(self, redis_url: str, messages_per_second: int) -> None:
        self._redis = Redis.from_url(
            redis_url,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
        )
        self._script = self._redis.register_script(_SCRIPT)
        self._windows = Windows()
        self._rate = messages_per_second
        self._wishes: list[_Wish] = []
        self._wished = asyncio.Event()
        self._away_until = 0.0
        self._is_away = False

    async def wait_for(self, method: str, chat_id: Any, urgency: Urgency) -> None:
        """Returns when the call may be made."""
        if not method.startswith(_COUNTED) or method in _FREE:
            return
        kind = _kind_of(chat_id, urgency)
        cap = max(1, math.floor(self._rate * SHARES[urgency]))
        while True:
            wish = _Wish(str(chat_id), kind, cap, urgency)
            self._wishes.append(wish)
            self._wished.set()
            seconds = await wish.turn
            if not seconds:
                return
            await asyncio.sleep(max(seconds, WAIT_SECONDS_MIN))

    async def pause(self, chat_id: Any, seconds: float) -> None:
        """Telegram said 429: nothing to this chat for so long."""
        milliseconds = math.ceil(seconds * 1000)
        self._windows.pause(str(chat_id), milliseconds, _now())
        if not self._is_away:
            try:
                await self._script(keys=["limits:"], args=["pause", str(chat_id), milliseconds])
            except (RedisError, OSError, TimeoutError) as error:
                self._note_away(error)

    async def run(self) -> None:
        while True:
            await self._wished.wait()
            # Most urgent first; the sort keeps the order of those alike.
            self._wishes.sort(key=lambda wish: wish.urgency)
            asked, self._wishes = (
                self._wishes[:ASKED_AT_ONCE_MAX],
                self._wishes[ASKED_AT_ONCE_MAX:],
            )
            if not self._wishes:
                self._wished.clear()
            for wish, milliseconds in zip(asked, await self._ask(asked), strict=True):
                if not wish.turn.done():
                    wish.turn.set_result(milliseconds / 1000)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _ask(self, wishes: list[_Wish]) -> list[int]:
        """The milliseconds each has to wait; 0: it may go, and is counted."""
        flat = [part for wish in wishes for part in (wish.chat_id, wish.kind, wish.cap)]
        if time.monotonic() >= self._away_until:
            try:
                waits: list[int] = await self._script(keys=["limits:"], args=["ask", *flat])
            except (RedisError, OSError, TimeoutError) as error:
                self._note_away(error)
            else:
                if self._is_away:
                    logger.info("the limits are shared again")
                    self._is_away = False
                return waits
        now = _now()
        return [self._windows.ask(wish.chat_id, wish.kind, wish.cap, now) for wish in wishes]

    def _note_away(self, error: Exception) -> None:
        if not self._is_away:
            logger.warning("Redis is away (%s): limits hold per process", type(error).__name__)
        self._is_away = True
        self._away_until = time.monotonic() + REDIS_RETRY_SECONDS


def _kind_of(chat_id: Any, urgency: Urgency) -> str:
    """Groups have negative ids, or names."""
    if not (isinstance(chat_id, int) and chat_id > 0):
        return "group"
    return "answer" if urgency is Urgency.ANSWER else "private"


def _now() -> int:
    return int(time.monotonic() * 1000)
