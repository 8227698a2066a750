"""The bot's process: takes updates in, handles them, answers."""

import asyncio
import contextlib
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from telegram.error import InvalidToken

from botrunner.running import Options, run_bot


class Command(BaseCommand):
    help = "Runs the bot by long polling, or behind a webhook with --webhook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--webhook", action="store_true", help="Telegram calls us.")
        parser.add_argument("--listen", default="127.0.0.1", help="Address of the webhook.")
        parser.add_argument("--port", type=int, default=8443, help="Port of the webhook.")

    def handle(self, **options: Any) -> None:
        wanted = Options(webhook=options["webhook"], listen=options["listen"], port=options["port"])
        if wanted.webhook and not settings.TELEGRAM_WEBHOOK_SECRET:
            raise CommandError(
                "Set TELEGRAM_WEBHOOK_SECRET: without it anybody could send updates."
            )
        try:
            _new_loop_runner().run(_run(wanted))
        except InvalidToken:
            raise CommandError(
                "Telegram refuses TELEGRAM_TOKEN: copy it again from @BotFather."
            ) from None


async def _run(options: Options) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await run_bot(options, stop)


def _new_loop_runner() -> asyncio.Runner:
    with contextlib.suppress(ImportError):
        import uvloop

        return asyncio.Runner(loop_factory=uvloop.new_event_loop)
    return asyncio.Runner()
