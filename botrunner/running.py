"""One bot process from its start to its end."""

import asyncio
import logging
from dataclasses import dataclass

from django.conf import settings
from telegram.error import InvalidToken, TelegramError

from botrunner.dispatcher import Dispatcher
from botrunner.identity import me
from botrunner.limits import Limits
from botrunner.poller import Poller
from botrunner.sandbox.token import sandbox_token
from botrunner.sender import Sender
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi, wait_or_stop
from botrunner.verdicts import describe

logger = logging.getLogger(__name__)

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
        side_work = DatabaseThread("side-work")
        sender = Sender(api, Limits(), side_work)
        async with Dispatcher(sender) as dispatcher:
            await dispatcher.recover(is_alone=not options.webhook)
            logger.info("@%s is listening", me.username)
            await Poller(api, dispatcher).run(stop)
        side_work.close()


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
