"""Tells Telegram where to send updates, and looks whether they can arrive there."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from telegram.error import BadRequest, InvalidToken, TelegramError

from botrunner.poller import ALLOWED_UPDATES
from botrunner.running import make_api
from botrunner.transport import BotApi
from botrunner.verdicts import describe
from botrunner.webhook import set_webhook
from botrunner.webhook_words import list_faults


class Command(BaseCommand):
    help = "Sets the webhook at Telegram and checks it; --check only looks, --delete removes it."

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--check", action="store_true", help="Change nothing, only look.")
        group.add_argument(
            "--delete", action="store_true", help="Remove it; updates that wait are kept."
        )

    def handle(self, *, check: bool, delete: bool, **options: Any) -> None:
        try:
            said = asyncio.run(_delete() if delete else _set_and_check(only_look=check))
        except InvalidToken:
            raise CommandError(
                "Telegram refuses TELEGRAM_TOKEN: copy it again from @BotFather."
            ) from None
        except BadRequest as error:
            raise CommandError(f"Telegram refuses the webhook: {describe(error)}") from None
        except TelegramError as error:
            raise CommandError(f"Telegram could not be asked: {describe(error)}") from None
        self.stdout.write(said)


async def _set_and_check(*, only_look: bool) -> str:
    url = settings.TELEGRAM_WEBHOOK_URL
    if not url:
        raise CommandError("Set TELEGRAM_WEBHOOK_URL: the address that leads to the bot's port.")
    if not settings.TELEGRAM_WEBHOOK_SECRET:
        raise CommandError("Set TELEGRAM_WEBHOOK_SECRET: without it anybody could send updates.")
    async with make_api() as api:
        if not only_look:
            await set_webhook(api)
        info = await api.call("getWebhookInfo")
    if faults := list_faults(info, url=url, allowed_updates=ALLOWED_UPDATES):
        raise CommandError("\n".join(faults))
    return f"The webhook is set: {url}\nUpdates that wait: {info['pending_update_count']}"


async def _delete() -> str:
    async with make_api() as api:
        await api.call("deleteWebhook")
        await _check_deleted(api)
    return (
        "The webhook is removed; updates wait at Telegram. A bot that runs with --webhook"
        " sets it again within a minute: stop it first."
    )


async def _check_deleted(api: BotApi) -> None:
    if (await api.call("getWebhookInfo"))["url"]:
        raise CommandError("The webhook is there again: a bot that runs with --webhook set it.")
