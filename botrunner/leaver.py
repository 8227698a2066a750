"""Deletes messages whose time in the chat is over, from every bot process, within the limits."""

import asyncio

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from botrunner import leaving
from botrunner.faults import log_fault
from botrunner.limits import Urgency
from botrunner.models import LeavingMessage
from botrunner.sender import NotSent, Sender
from botrunner.threads import DatabaseThread
from botrunner.transport import wait_or_stop

LOOK_SECONDS = 2.0
DATABASE_AWAY_SECONDS = 2.0


class Leaver:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._thread = DatabaseThread("leaving")

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                seconds = 0 if await self.work() else LOOK_SECONDS
            except (DatabaseError, InterfaceError) as error:
                log_fault("messages that are to leave wait for the database", error)
                seconds = DATABASE_AWAY_SECONDS
            await wait_or_stop(stop, seconds)

    async def work(self) -> bool:
        """Says whether more may be due."""
        messages = await self._thread.run(leaving.claim, timezone.now())
        done = await asyncio.gather(*map(self._delete, messages))
        gone = [message.pk for message, is_gone in zip(messages, done, strict=True) if is_gone]
        await self._thread.run(leaving.forget, gone)
        return len(gone) == leaving.AT_ONCE

    def close(self) -> None:
        self._thread.close()

    async def _delete(self, message: LeavingMessage) -> bool:
        """Also done when it is gone or too old. What could not be tried waits for its lease."""
        params = {"chat_id": message.chat_id, "message_id": message.message_id}
        try:
            await self._sender.send(
                [{"method": "deleteMessage", "params": params}], Urgency.BROADCAST
            )
        except NotSent:
            return False
        return True
