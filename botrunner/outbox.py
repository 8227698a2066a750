"""Sends messages that no update asked for, from every bot process, within Telegram's limits.

A message is claimed for LEASE, sent, and marked right after its call. What a process
had claimed when it was killed is sent by another: once it is seen to be dead, at the
latest after the lease. Was it killed between the call and the mark, that one message is
sent again: Telegram has no key that would tell it of the repeat. Nothing else stands
between the two, so the window is the time of one UPDATE.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from accounts.selectors import is_bot_in_chat
from accounts.services import (
    claim_messages,
    drop_message,
    mark_message_sent,
    release_messages,
    retry_message,
)
from botrunner.calls import Call, build_notice_call
from botrunner.faults import log_fault
from botrunner.heartbeat import list_others, process_name
from botrunner.limits import Urgency
from botrunner.notices import NOTICES
from botrunner.replies import NOBODY
from botrunner.sender import NotSent, Sender
from botrunner.texts import speaking_to
from botrunner.threads import DatabaseThread

if TYPE_CHECKING:
    from accounts.models import Member, OutboxMessage

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
RELEASE_SECONDS = 10.0
LEASE = timedelta(seconds=120)
# Ends an attempt while the lease still holds, whatever keeps it waiting.
SEND_SECONDS = 90.0
IN_HAND_MAX = 60
ATTEMPTS_MAX = 8
RETRY_FIRST = timedelta(seconds=10)
RETRY_LAST = timedelta(hours=1)
DATABASE_AWAY_SECONDS = 2.0
# By OutboxMessage.Priority: a code that somebody waits for is as urgent as an answer.
URGENCIES = {0: Urgency.ANSWER, 5: Urgency.NOTICE, 9: Urgency.BROADCAST}


class OutboxSender:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._thread = DatabaseThread("outbox")
        self._in_hand: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is claimed by then is sent by whoever finds its lease lapsed."""
        release_at = 0.0
        clock = asyncio.get_running_loop().time
        while not stop.is_set():
            try:
                if clock() >= release_at:
                    release_at = clock() + RELEASE_SECONDS
                    await self._thread.run(release)
                await self._take()
            except (DatabaseError, InterfaceError) as error:
                log_fault("the outbox waits for the database", error)
                # Others may live without having said so yet.
                release_at = clock() + RELEASE_SECONDS
                await asyncio.sleep(DATABASE_AWAY_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)

    async def finish(self, seconds: float) -> None:
        if self._in_hand:
            await asyncio.wait(set(self._in_hand), timeout=seconds)
        for task in self._in_hand:
            task.cancel()
        self._thread.close()

    async def _take(self) -> None:
        room = IN_HAND_MAX - len(self._in_hand)
        if room <= 0:
            return
        for message in await self._thread.run(
            lambda: claim_messages(
                now=timezone.now(), limit=room, lease=LEASE, by=process_name("bot")
            )
        ):
            task = asyncio.create_task(self._deliver(message))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _deliver(self, message: "OutboxMessage") -> None:
        try:
            call = await self._thread.run(make_call, message)
            if call is not None:
                await self._send(message, call)
        except (DatabaseError, InterfaceError) as error:
            # Its lease ends by itself.
            log_fault(f"outbox message {message.pk} waits for the database", error)

    async def _send(self, message: "OutboxMessage", call: Call) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                is_reached = await self._sender.send([call], URGENCIES[message.priority])
        except (NotSent, TimeoutError) as error:
            await self._thread.run(try_later, message, type(error).__name__)
            return
        except (DatabaseError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  uncounted, it would be claimed anew for ever
            log_fault(f"outbox message {message.pk} could not be sent", error)
            await self._thread.run(try_later, message, type(error).__name__)
            return
        if is_reached:
            await self._note(lambda: mark_message_sent(message.pk, now=timezone.now()))
        else:
            await self._note(lambda: drop_message(message.pk, reason="unreachable"))

    async def _note(self, note: Callable[[], None]) -> None:
        """Until the database takes it: unmarked it would be sent again."""
        while True:
            try:
                return await self._thread.run(note)
            except (DatabaseError, InterfaceError) as error:
                log_fault("a sent message waits for its mark", error)
                await asyncio.sleep(DATABASE_AWAY_SECONDS)


def release() -> None:
    """What dead senders had claimed: of this machine at once, of others when their beats stop."""
    now = timezone.now()
    release_messages(now=now, alive=[process_name("bot"), *list_others("bot", now)])


def make_call(message: "OutboxMessage") -> Call | None:
    """The message's call, in its member's language. None: it was dropped or has failed."""
    member = message.member
    maker = NOTICES.get(message.kind)
    if maker is None:
        logger.error("outbox message %s is of unknown kind %s", message.pk, message.kind)
        retry_message(message, due_at=None, error="unknown kind")
        return None
    chat_id = message.params.get("chat_id")
    if not (_is_reached(member) if chat_id is None else is_bot_in_chat(chat_id)):
        drop_message(message.pk, reason="nobody to tell")
        return None
    try:
        with speaking_to(member):
            reply = maker(message)
            owner = member.telegram_id or NOBODY
            call = build_notice_call(owner, chat_id or owner, reply) if reply else None
    except Exception as error:  # noqa: BLE001  a maker's fault must not end the sender
        log_fault(f"outbox message {message.pk} ({message.kind}) has no words", error)
        try_later(message, type(error).__name__)
        return None
    if call is None:
        drop_message(message.pk, reason="nothing to tell any more")
    return call


def _is_reached(member: "Member") -> bool:
    is_there = member.telegram_id is not None and member.reachability == "reachable"
    return is_there and not member.is_banned


def try_later(message: "OutboxMessage", error: str) -> None:
    """Backs off from ten seconds to an hour; gives up after ATTEMPTS_MAX tries."""
    pause = min(RETRY_FIRST * 4**message.attempts, RETRY_LAST)
    is_last = message.attempts + 1 >= ATTEMPTS_MAX
    if is_last:
        logger.error("outbox message %s (%s) is given up: %s", message.pk, message.kind, error)
    retry_message(message, due_at=None if is_last else timezone.now() + pause, error=error)
