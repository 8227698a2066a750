"""One thread that handles what waits in the inbox, for its share of the chats."""

import asyncio
import logging
from typing import TYPE_CHECKING

from botrunner.faults import log_fault
from botrunner.microbatch import handle_waiting
from botrunner.threads import DatabaseThread

if TYPE_CHECKING:
    from botrunner.dispatcher import Dispatcher

logger = logging.getLogger(__name__)

CHATS_MAX = 256
DATABASE_AWAY_SECONDS = 1.0
FINISH_SECONDS = 2.0


class Handler:
    """One thread that handles the updates of its share of the chats."""

    def __init__(self, dispatcher: "Dispatcher", number: int) -> None:
        self.thread = DatabaseThread(f"handler-{number}")
        self._dispatcher = dispatcher
        # A dict for its order: chats that have waited longest go first.
        self._chat_ids: dict[int, None] = {}
        self._urgent: set[int] = set()
        self._hurried = asyncio.Event()
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, chat_id: int) -> None:
        self._chat_ids[chat_id] = None
        self._idle.clear()
        self._woken.set()

    def hurry(self, chat_id: int) -> None:
        self._urgent.add(chat_id)
        self._hurried.set()
        self.add(chat_id)

    async def finish(self) -> None:
        """Waits, not for ever, until nothing is to be handled."""
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._idle.wait()
        except TimeoutError:
            logger.warning("updates are left for the next start")

    async def run(self) -> None:
        while True:
            await self._woken.wait()
            await self._wait_for_room()
            chat_ids = self._take()
            try:
                answers, is_more = await self.thread.run(handle_waiting, chat_ids)
            except Exception as error:  # noqa: BLE001  the database is away: nothing is lost
                log_fault("updates wait for the database", error)
                await asyncio.sleep(DATABASE_AWAY_SECONDS)
                answers, is_more = [], True
            if is_more:
                self._put_back(chat_ids)
            elif not self._chat_ids:
                self._woken.clear()
                self._idle.set()
            for answer in answers:
                if answer.calls:
                    self._dispatcher.send(answer)

    async def _wait_for_room(self) -> None:
        """What is urgent needs none."""
        if self._dispatcher.has_room:
            return
        waits = {
            asyncio.ensure_future(self._dispatcher.wait_for_room()),
            asyncio.ensure_future(self._hurried.wait()),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _take(self) -> list[int]:
        """Urgent ones by themselves: together with others they would wait for those."""
        chat_ids = list(self._urgent or self._chat_ids)[:CHATS_MAX]
        for chat_id in chat_ids:
            self._chat_ids.pop(chat_id, None)
        self._urgent.difference_update(chat_ids)
        if not self._urgent:
            self._hurried.clear()
        return chat_ids

    def _put_back(self, chat_ids: list[int]) -> None:
        # In front: theirs are older than what came meanwhile.
        self._chat_ids = dict.fromkeys(chat_ids) | self._chat_ids
