"""Long polling: the next batch is asked for only when this one is stored.

That question is what tells Telegram the batch arrived; python-telegram-bot's
own Updater asks it before anything is handled or kept.
"""

import asyncio
import logging
from typing import Any

from django.db import DatabaseError, InterfaceError
from telegram import Update
from telegram.error import Conflict, RetryAfter, TelegramError

from botrunner.dispatcher import Dispatcher
from botrunner.transport import BotApi, wait_or_stop
from botrunner.verdicts import describe, seconds_of

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
# Also reactions and chat members, which Telegram leaves out unless asked for.
ALLOWED_UPDATES = list(Update.ALL_TYPES)
PAUSE_SECONDS_MIN = 0.5
PAUSE_SECONDS_MAX = 30.0


class Poller:
    def __init__(self, api: BotApi, dispatcher: Dispatcher) -> None:
        self._api = api
        self._dispatcher = dispatcher
        self._offset = 0
        self._pause_seconds = 0.0
        self._is_webhook_deleted = False

    async def run(self, stop: asyncio.Event) -> None:
        """Fetches until `stop` is set, whatever Telegram or the database do meanwhile."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            fetch = asyncio.create_task(self._fetch())
            await asyncio.wait({fetch, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not fetch.done():
                fetch.cancel()
                await asyncio.gather(fetch, return_exceptions=True)
                break
            pause_seconds = fetch.result()
            if pause_seconds:
                await wait_or_stop(stop, pause_seconds)
        stopped.cancel()

    async def _fetch(self) -> float:
        """One question and its batch; the seconds to wait before the next."""
        params: dict[str, Any] = {"timeout": POLL_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        if self._offset:
            params["offset"] = self._offset
        try:
            if not self._is_webhook_deleted:
                # Telegram refuses polling while one is set.
                await self._api.call("deleteWebhook")
                self._is_webhook_deleted = True
            updates = await self._api.call("getUpdates", params, read_seconds=POLL_SECONDS + 10)
            # Shielded: what has arrived is stored even when the process is told to end.
            await asyncio.shield(self._dispatcher.accept(updates))
        except TelegramError as error:
            return self._back_off(describe(error), error)
        except (DatabaseError, InterfaceError) as error:
            return self._back_off(f"the inbox cannot be written ({type(error).__name__})", error)
        if updates:
            self._offset = updates[-1]["update_id"] + 1
        if self._pause_seconds:
            logger.info("updates arrive again")
            self._pause_seconds = 0.0
        return 0.0

    def _back_off(self, what: str, error: Exception) -> float:
        doubled = self._pause_seconds * 2 or PAUSE_SECONDS_MIN
        self._pause_seconds = min(doubled, PAUSE_SECONDS_MAX)
        if isinstance(error, Conflict):
            what = f"{what}; is another process polling with this token?"
        if isinstance(error, RetryAfter):
            self._pause_seconds = max(self._pause_seconds, seconds_of(error))
        logger.warning("no updates: %s; next try in %.1f s", what, self._pause_seconds)
        return self._pause_seconds
