"""One bot process from its start to its end."""

import asyncio
import logging
import os
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from telegram.error import InvalidToken, TelegramError

from botrunner import heartbeat
from botrunner.clocks import list_clocks
from botrunner.commands_menu import CommandsMenu
from botrunner.dispatcher import Dispatcher
from botrunner.faults import log_fault
from botrunner.identity import me
from botrunner.leaver import Leaver
from botrunner.limits import Limits
from botrunner.outbox import OutboxSender
from botrunner.poller import Poller
from botrunner.sandbox.token import sandbox_token
from botrunner.sender import Sender
from botrunner.sms_poller import SmsPoller
from botrunner.star_refunds import StarRefunds
from botrunner.start_line import clean_and_describe
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi, wait_or_stop
from botrunner.verdicts import describe
from botrunner.webhook import Webhook, keep_webhook

logger = logging.getLogger(__name__)

FINISH_SECONDS = 1.0
API_WAIT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Options:
    webhook: bool = False
    listen: str = "127.0.0.1"
    port: int = 8443


def make_api() -> BotApi:
    """Telegram's Bot API, or the sandbox's when there is no token."""
    if settings.SANDBOX:
        return BotApi(sandbox_token(), settings.TELEGRAM_API_URL or settings.SANDBOX_URL)
    return BotApi(settings.TELEGRAM_TOKEN, settings.TELEGRAM_API_URL)


async def run_bot(options: Options, stop: asyncio.Event) -> None:
    """Returns after `stop` is set and what was in hand is finished. Raises InvalidToken."""
    async with make_api() as api:
        if not await _learn_identity(api, stop):
            return
        bot = _Bot(api, options)
        try:
            await bot.run(stop)
        finally:
            await bot.close()


class _Bot:
    """The parts of a bot process, wired together."""

    def __init__(self, api: BotApi, options: Options) -> None:
        self._api = api
        self._options = options
        self._side_work = DatabaseThread("side-work")
        # Of its own: clearing up after a long stop may take a while.
        self._start_work = DatabaseThread("start-work")
        # Of its own: whose beat is late is taken for dead, and what he has in hand is taken up.
        self._beats = DatabaseThread("heartbeat")
        self._limits = Limits(settings.REDIS_URL, settings.TELEGRAM_MESSAGES_PER_SECOND)
        sender = Sender(api, self._limits, self._side_work)
        self._dispatcher = Dispatcher(sender)
        self._outbox = OutboxSender(sender)
        self._refunds = StarRefunds(api)
        self._leaver = Leaver(sender)
        self._sms_poller = SmsPoller()
        self._clocks = list_clocks()

    async def run(self, stop: asyncio.Event) -> None:
        limits = asyncio.create_task(self._limits.run())
        async with self._dispatcher as dispatcher:
            if not await self._take_up(dispatcher, stop):
                return
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._outbox.run(stop))
                tasks.create_task(self._refunds.run(stop))
                tasks.create_task(self._leaver.run(stop))
                tasks.create_task(self._sms_poller.run(stop))
                for clock in self._clocks:
                    tasks.create_task(clock.run(stop))
                tasks.create_task(CommandsMenu(self._api, self._side_work).run(stop))
                tasks.create_task(self._beat_forever(stop))
                tasks.create_task(self._say_figures())
                logger.info("@%s is listening", me.username)
                await self._listen(dispatcher, stop)
            await self._outbox.finish(FINISH_SECONDS)
        await self._leave()
        limits.cancel()

    async def close(self) -> None:
        await self._limits.close()
        self._refunds.close()
        self._sms_poller.close()
        for clock in self._clocks:
            clock.close()
        self._leaver.close()
        self._side_work.close()
        self._start_work.close()
        self._beats.close()

    async def _take_up(self, dispatcher: Dispatcher, stop: asyncio.Event) -> bool:
        """What ended processes left, once the database is there; False when told to stop before.

        Beats first: whoever starts beside this one must see that it lives.
        """
        while not stop.is_set():
            try:
                await self._beats.run(heartbeat.take_place, "bot", timezone.now())
                await self._beat()
                # Telegram lets one process poll. Behind a webhook there may be several.
                await dispatcher.recover(is_alone=not self._options.webhook)
            except (DatabaseError, InterfaceError) as error:
                log_fault("the start waits for the database", error)
                await wait_or_stop(stop, heartbeat.RETRY_SECONDS)
            else:
                return True
        return False

    async def _listen(self, dispatcher: Dispatcher, stop: asyncio.Event) -> None:
        if not self._options.webhook:
            await Poller(self._api, dispatcher).run(stop)
            return
        webhook = Webhook(dispatcher, settings.TELEGRAM_WEBHOOK_SECRET)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_webhook(self._api, stop))
            tasks.create_task(webhook.run(self._options.listen, self._options.port, stop))

    async def _beat(self) -> None:
        last_update_at = self._dispatcher.last_update_at
        await self._beats.run(
            heartbeat.beat,
            "bot",
            timezone.now(),
            username=me.username,
            mode="webhook" if self._options.webhook else "polling",
            pid=os.getpid(),
            last_update_at=last_update_at and last_update_at.isoformat(),
        )

    async def _beat_forever(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._beat()
                seconds = heartbeat.BEAT_SECONDS
            except (DatabaseError, InterfaceError) as error:
                log_fault("no heartbeat", error)
                seconds = heartbeat.RETRY_SECONDS
            await wait_or_stop(stop, seconds)

    async def _leave(self) -> None:
        try:
            await self._beats.run(heartbeat.leave, "bot")
        except (DatabaseError, InterfaceError) as error:
            log_fault("the last heartbeat stays", error)

    async def _say_figures(self) -> None:
        logger.info("figures: %s", await self._start_work.run(clean_and_describe))


async def _learn_identity(api: BotApi, stop: asyncio.Event) -> bool:
    """Asks who we are until the Bot API answers. False when told to stop before."""
    pauses = iter(API_WAIT_SECONDS)
    while not stop.is_set():
        try:
            user = await api.call("getMe")
        except InvalidToken:
            raise
        except TelegramError as error:
            seconds = next(pauses, API_WAIT_SECONDS[-1])
            logger.info("the Bot API does not answer yet: %s", describe(error))
            await wait_or_stop(stop, seconds)
            continue
        me.telegram_id, me.username = user["id"], user["username"]
        return True
    return False
