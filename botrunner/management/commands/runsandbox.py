import asyncio
import contextlib
import signal
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from botrunner.sandbox.server import SandboxServer
from botrunner.sandbox.token import control_key, sandbox_token


class Command(BaseCommand):
    help = "Runs the sandbox: a Bot API on loopback, for a bot without a Telegram token."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("TELEGRAM_TOKEN is set: the sandbox is off.")
        with contextlib.suppress(KeyboardInterrupt):
            uvloop.run(self._serve())

    async def _serve(self) -> None:
        server = SandboxServer(
            token=sandbox_token(),
            control_key=control_key(),
            port=settings.SANDBOX_PORT,
            folder=settings.VAR_DIR,
        )
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        try:
            async with server:
                self.stdout.write(f"sandbox: Bot API on {server.url}")
                await stopped.wait()
        except OSError as error:
            raise CommandError(f"Port {server.port} cannot be used: {error.strerror}") from error
