"""Posts updates to the bot's webhook, each again and again until it answers 2xx."""

import asyncio
import time
from typing import Any

import aiohttp
import orjson

from .state import State
from .waiting import Signal

REQUEST_SECONDS = 30
RETRY_SECONDS = (0.5, 1, 2, 5, 10, 30)


class WebhookSender:
    def __init__(self, state: State, arrived: Signal) -> None:
        self._state = state
        self._arrived = arrived
        self._sending: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            try:
                while True:
                    self._start(session)
                    await self._arrived.wait(3600)
            finally:
                for task in self._sending.values():
                    task.cancel()

    def _start(self, session: aiohttp.ClientSession) -> None:
        webhook = self._state.webhook
        if not webhook:
            return
        for update in self._state.updates.first(webhook["max_connections"]):
            update_id = update["update_id"]
            if update_id not in self._sending:
                self._sending[update_id] = asyncio.create_task(self._deliver(session, update))

    async def _deliver(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        update_id = update["update_id"]
        tries = 0
        try:
            while (webhook := self._state.webhook) and update_id in self._state.updates.pending:
                error = await _post(session, webhook, update)
                if error is None:
                    self._state.updates.pending.pop(update_id, None)
                    self._state.touch("update", update_id)
                    return
                webhook |= {"last_error_date": int(time.time()), "last_error_message": error}
                await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                tries += 1
        finally:
            del self._sending[update_id]
            self._arrived.notify()


async def _post(
    session: aiohttp.ClientSession, webhook: dict[str, Any], update: dict[str, Any]
) -> str | None:
    """What went wrong, or None."""
    headers = {"Content-Type": "application/json"}
    if webhook["secret_token"]:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret_token"]
    try:
        async with session.post(
            webhook["url"], data=orjson.dumps(update), headers=headers, allow_redirects=False
        ) as response:
            if 200 <= response.status < 300:
                return None
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except TimeoutError:
        return "Connection timed out"
    except aiohttp.ClientError as error:
        return f"Connection failed: {type(error).__name__}"
