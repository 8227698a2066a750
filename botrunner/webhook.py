"""Takes updates from Telegram over HTTP, ahead of Django: stored first, 200 after the commit.

Anything else is answered in a way that makes Telegram send the update again.
"""

import asyncio
import hmac
import logging
from urllib.parse import urlsplit

from aiohttp import web
from django.conf import settings
from telegram.error import NetworkError, TelegramError

from botrunner.dispatcher import Dispatcher
from botrunner.faults import log_fault
from botrunner.poller import ALLOWED_UPDATES
from botrunner.transport import AiohttpRequest, BotApi, wait_or_stop
from botrunner.verdicts import describe

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
# Telegram's updates are far smaller.
BODY_BYTES_MAX = 1024 * 1024
CONNECTIONS_MAX = 40
BATCH_MAX = 100
UPDATE_ID_MAX = 2**63 - 1  # what the inbox can hold
SET_WEBHOOK_SECONDS = 5.0
LOOK_SECONDS = 60.0


class Webhook:
    def __init__(self, dispatcher: Dispatcher, secret: str) -> None:
        assert secret, "a webhook without a secret takes updates from anybody"
        self._dispatcher = dispatcher
        self._secret = secret.encode()
        # Updates that arrive while a store is under way are stored together by the next.
        self._arrived: list[tuple[dict[str, object], asyncio.Future[bool]]] = []
        self._has_arrived = asyncio.Event()

    def build_app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_get("/healthz", self._be_healthy)
        own_path = urlsplit(settings.TELEGRAM_WEBHOOK_URL).path or "/"
        for path in {"/", own_path}:
            app.router.add_post(path, self._take)
        return app

    async def run(self, listen: str, port: int, stop: asyncio.Event) -> None:
        runner = build_runner(self.build_app())
        await runner.setup()
        store = asyncio.create_task(self.store_forever())
        try:
            await web.TCPSite(runner, listen, port).start()
            logger.info("the webhook listens on %s:%s", listen, port)
            await stop.wait()
        finally:
            await runner.cleanup()
            store.cancel()

    async def store_forever(self) -> None:
        while True:
            await self._has_arrived.wait()
            batch, self._arrived = self._arrived[:BATCH_MAX], self._arrived[BATCH_MAX:]
            if not self._arrived:
                self._has_arrived.clear()
            is_stored = await self._store([update for update, _ in batch])
            for _, future in batch:
                if not future.done():
                    future.set_result(is_stored)

    async def _store(self, updates: list[dict[str, object]]) -> bool:
        # One update may be delivered several times at once.
        unique = {update["update_id"]: update for update in updates}
        try:
            await self._dispatcher.accept(list(unique.values()))
        except Exception as error:  # noqa: BLE001  it would end the loop that stores all others
            log_fault("updates could not be stored", error)
            return False
        return True

    async def _take(self, request: web.Request) -> web.Response:
        # Bytes that are no UTF-8 reach us as surrogates.
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            update = AiohttpRequest.parse_json_payload(await request.read())
        except NetworkError:
            return web.Response(status=400)
        update_id = update.get("update_id")
        if type(update_id) is not int or not 0 <= update_id <= UPDATE_ID_MAX:
            return web.Response(status=400)
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._arrived.append((update, future))
        self._has_arrived.set()
        return web.Response(status=200 if await future else 503)

    async def _be_healthy(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")


def build_runner(app: web.Application) -> web.AppRunner:
    """Telegram compresses nothing: what says it is compressed is no update."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=2.0, auto_decompress=False)


async def keep_webhook(api: BotApi, stop: asyncio.Event) -> None:
    """Tells Telegram where to send updates, and again when somebody took the address away.

    A bot that polls does that: started beside this one by mistake and ended again, it
    would leave both without updates.
    """
    is_set = False
    while settings.TELEGRAM_WEBHOOK_URL and not stop.is_set():
        try:
            if is_set and not (await api.call("getWebhookInfo"))["url"]:
                logger.warning("the webhook was taken away; does another bot poll?")
                is_set = False
            if not is_set:
                await set_webhook(api)
                is_set = True
        except TelegramError as error:
            logger.warning("the webhook was not set: %s", describe(error))
        await wait_or_stop(stop, LOOK_SECONDS if is_set else SET_WEBHOOK_SECONDS)


async def set_webhook(api: BotApi) -> None:
    params = {
        "url": settings.TELEGRAM_WEBHOOK_URL,
        "secret_token": settings.TELEGRAM_WEBHOOK_SECRET,
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": CONNECTIONS_MAX,
    }
    await api.call("setWebhook", params)
