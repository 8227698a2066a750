"""From the inbox to the answer: chats side by side, the updates of one chat in order.

Updates wait in the database, not here: memory holds the ids of chats with work
and at most ANSWERS_MAX answers on their way.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from botrunner import heartbeat, inbox
from botrunner.faults import log_fault
from botrunner.handler import Handler
from botrunner.inbox import Answer
from botrunner.limits import Urgency
from botrunner.sender import NotSent, Sender
from botrunner.threads import DatabaseThread
from botrunner.transport import wait_or_stop
from botrunner.updates import chat_id_of, is_urgent

# SQLite has one writer at a time. On PostgreSQL a slow screen holds up half of the chats; more
# threads make smaller batches and wait for each other's interpreter lock (docs/performance.md).
HANDLERS = {"sqlite": 1, "postgresql": 2}
ANSWERS_MAX = 1_000
MARK_SECONDS = 0.1
SWEEP_SECONDS = 20.0
# So long after it was handled an answer that was given up is tried again.
UNANSWERED_FOR = timedelta(seconds=90)
DATABASE_AWAY_SECONDS = 1.0
FINISH_SECONDS = 2.0
Lane = int | tuple[str, int]


class Dispatcher:
    """Use as `async with`; leaving it finishes what is in hand."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._handlers = [Handler(self, n) for n in range(HANDLERS[connection.vendor])]
        # With one writer at a time, queueing here beats SQLite's waiting, which sleeps and looks.
        is_one_writer = connection.vendor == "sqlite"
        self._intake = self._handlers[0].thread if is_one_writer else DatabaseThread("intake")
        self._tasks: list[asyncio.Task[None]] = []
        self._lanes: dict[Lane, deque[Answer]] = {}
        self._lane_tasks: set[asyncio.Task[None]] = set()
        self._in_hand: set[int] = set()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._answered: list[int] = []
        self._closed = asyncio.Event()
        self.last_update_at: datetime | None = None

    async def __aenter__(self) -> "Dispatcher":
        self._tasks = [asyncio.create_task(handler.run()) for handler in self._handlers]
        self._tasks += [asyncio.create_task(self._sweep_forever())]
        self._marking = asyncio.create_task(self._mark_until_closed())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await asyncio.gather(*(handler.finish() for handler in self._handlers))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._lane_tasks:
            # What is not sent by then stays in the inbox and is sent by the next process.
            await asyncio.wait(set(self._lane_tasks), timeout=FINISH_SECONDS)
        for task in self._lane_tasks:
            task.cancel()
        # Not cancelled: a mark half way through would be lost, its answers sent again.
        self._closed.set()
        await self._marking
        for thread in {self._intake, *(handler.thread for handler in self._handlers)}:
            thread.close()

    async def accept(self, updates: list[dict[str, Any]]) -> None:
        """Returns once the updates are stored. Raises DatabaseError when they are not."""
        if not updates:
            return
        new = await self._intake.run(inbox.store, updates)
        self.last_update_at = timezone.now()
        fresh = [update for update in updates if update["update_id"] in new]
        # Also of repeats: who had stored one may have died before he handled it.
        self.wake({chat_id_of(update) for update in updates})
        self.hurry({chat_id_of(update) for update in fresh if is_urgent(update)})
        repeats = {update["update_id"] for update in updates} - new - self._in_hand
        if repeats:
            for answer in await self._intake.run(inbox.list_answers, repeats):
                self.send(answer)

    async def recover(self, *, is_alone: bool) -> None:
        """At the start: takes up what ended processes left. `is_alone`: no other one lives."""
        await self._take_up(is_alone=is_alone, own_before=timezone.now())
        await self._wake_unfinished()

    async def _take_up(self, *, is_alone: bool, own_before: datetime) -> None:
        def take() -> list[Answer]:
            others = [] if is_alone else heartbeat.list_others("bot", timezone.now())
            return inbox.take_unanswered(
                by=heartbeat.process_name("bot"), others=others, own_before=own_before
            )

        for answer in await self._intake.run(take):
            self.send(answer)

    async def _wake_unfinished(self) -> None:
        self.wake(await self._intake.run(inbox.list_unfinished_chats))

    def wake(self, chat_ids: Iterable[int]) -> None:
        for chat_id in chat_ids:
            self._handlers[chat_id % len(self._handlers)].add(chat_id)

    def hurry(self, chat_ids: Iterable[int]) -> None:
        """These go before all others, whatever waits."""
        for chat_id in chat_ids:
            self._handlers[chat_id % len(self._handlers)].hurry(chat_id)

    def send(self, answer: Answer) -> None:
        """Queues an answer behind those of the same chat; what is awaited within seconds goes
        beside them."""
        if answer.update_id in self._in_hand:
            return
        self._in_hand.add(answer.update_id)
        if len(self._in_hand) >= ANSWERS_MAX:
            self._has_room.clear()
        key = _lane_of(answer)
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(answer)
            return
        self._lanes[key] = deque([answer])
        task = asyncio.create_task(self._send_lane(key))
        self._lane_tasks.add(task)
        task.add_done_callback(self._lane_tasks.discard)

    @property
    def in_hand(self) -> int:
        """How many answers are on their way or not marked yet."""
        return len(self._in_hand)

    @property
    def has_room(self) -> bool:
        return self._has_room.is_set()

    async def wait_for_room(self) -> None:
        await self._has_room.wait()

    async def _send_lane(self, key: Lane) -> None:
        lane = self._lanes[key]
        while lane:
            answer = lane.popleft()
            try:
                await self._sender.send(answer.calls, Urgency.ANSWER)
                self._answered.append(answer.update_id)
            except NotSent:
                # Stays `handled`: the sweep sends it when Telegram is back.
                self._put_down(answer.update_id)
            except (DatabaseError, InterfaceError) as error:
                # What it needed could not be read; the sweep tries again.
                log_fault(f"the answer to update {answer.update_id} waits", error)
                self._put_down(answer.update_id)
            except Exception as error:  # noqa: BLE001  one answer must not end its chat's lane
                log_fault(f"the answer to update {answer.update_id} failed", error)
                self._answered.append(answer.update_id)
        del self._lanes[key]

    def _put_down(self, update_id: int) -> None:
        self._in_hand.discard(update_id)
        if len(self._in_hand) < ANSWERS_MAX:
            self._has_room.set()

    async def _mark_until_closed(self) -> None:
        while not await wait_or_stop(self._closed, MARK_SECONDS):
            await self._mark()
        await self._mark()

    async def _mark(self) -> None:
        update_ids, self._answered = self._answered, []
        if not update_ids:
            return
        try:
            await self._intake.run(inbox.mark_answered, update_ids)
        except (DatabaseError, InterfaceError) as error:
            log_fault("answers could not be marked", error)
            self._answered += update_ids
            await asyncio.sleep(DATABASE_AWAY_SECONDS)
            return
        for update_id in update_ids:
            self._put_down(update_id)

    async def _sweep_forever(self) -> None:
        """Finds what slipped through: answers given up, chats whose process has died."""
        was_away = False
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._wake_unfinished()
                # After a while without a database others may live without having said so yet.
                if not was_away:
                    own_before = timezone.now() - UNANSWERED_FOR
                    await self._take_up(is_alone=False, own_before=own_before)
                was_away = False
            except (DatabaseError, InterfaceError) as error:
                log_fault("the sweep failed", error)
                was_away = True


def _lane_of(answer: Answer) -> Lane:
    """The chat, or for an answer that is awaited one of its own: a message of the same chat
    may be waiting for Telegram."""
    is_awaited = any("answer_by" in call for call in answer.calls)
    return ("awaited", answer.update_id) if is_awaited else answer.chat_id
