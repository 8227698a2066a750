"""Asks providers for their lists of SMS, from every bot process, each when it is due.

Which process asks is settled in the database (numbers/services/polling.py). One that is killed
while it asks leaves the provider to the next claim, a little later.
"""

import asyncio
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from botrunner.faults import log_fault
from botrunner.threads import DatabaseThread
from botrunner.transport import wait_or_stop
from numbers.services import ask_provider, claim_polls, take_poll

if TYPE_CHECKING:
    from numbers.models import Provider

LOOK_SECONDS = 1.0
DATABASE_AWAY_SECONDS = 2.0


class SmsPoller:
    def __init__(self) -> None:
        # Of its own: it may wait for leases that an update holds.
        self._thread = DatabaseThread("sms-poller")
        self._asking: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.poll_due()
            except (DatabaseError, InterfaceError) as error:
                log_fault("SMS are not asked for: no database", error)
                await wait_or_stop(stop, DATABASE_AWAY_SECONDS)
            await wait_or_stop(stop, LOOK_SECONDS)
        for task in self._asking:
            task.cancel()
        await self.finish()

    async def poll_due(self) -> None:
        """Begins with all that are due: a slow one keeps no other waiting."""
        for provider in await self._thread.run(lambda: claim_polls(now=timezone.now())):
            task = asyncio.create_task(self._poll(provider))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def finish(self) -> None:
        """Waits for those in hand."""
        await asyncio.gather(*self._asking, return_exceptions=True)

    def close(self) -> None:
        self._thread.close()

    async def _poll(self, provider: "Provider") -> None:
        result = await ask_provider(provider, now=timezone.now())
        try:
            await self._thread.run(lambda: take_poll(result, now=timezone.now()))
        except Exception as error:  # noqa: BLE001  of one provider; its claim runs out
            log_fault(f"the answer of SMS provider {provider.pk} was not taken", error)
