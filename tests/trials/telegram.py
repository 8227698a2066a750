"""Telegram as a trial needs it: it notes who made each call, and delivers to any bot that lives."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import orjson
from aiohttp import web

from botrunner.sandbox.context import Dropped
from botrunner.sandbox.errors import ApiError
from botrunner.sandbox.server import SandboxServer

# What shows in a chat. The answer to a button is known by its query instead.
SHOWN = ("sendmessage", "editmessagetext")
DELIVERY_SECONDS = 20.0
PASSED_HEADERS = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that has arrived: which process sent it, and when."""

    chat_id: int
    text: str
    door: int
    at: float
    # The bot was not told that it arrived.
    is_untold: bool = False


class Telegram(SandboxServer):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Shown] = []
        # How many calls for each chat have had an effect: a member's sign of an answer.
        self.heard: Counter[int] = Counter()
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    async def open_door(self) -> int:
        """One more port of the same Bot API: who calls there is whoever was told of it."""
        site = web.TCPSite(self._runner, self.host, 0)
        await site.start()
        assert site._server is not None
        port: int = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        return port

    async def _call(self, request: web.BaseRequest, rest: str) -> web.Response:
        name = rest.rpartition("/")[2].lower()
        is_untold = self._is_done_unseen(name)
        self.calls[name] += 1
        try:
            answer = await super()._call(request, rest)
        except (ApiError, Dropped) as error:
            self.refused[f"{name} {getattr(error, 'code', 'dropped')}"] += 1
            # It shows what it should show already, or the fault came after the effect.
            if is_untold or "not modified" in str(error):
                await self._note(request, name, is_untold)
            raise
        await self._note(request, name, False)
        return answer

    def _is_done_unseen(self, name: str) -> bool:
        faults = self.context.faults
        return bool(faults) and faults[0].hits(name, "") and faults[0].done

    async def _note(self, request: web.BaseRequest, name: str, is_untold: bool) -> None:
        if name not in SHOWN:
            return
        assert request.transport is not None
        door = request.transport.get_extra_info("sockname")[1]
        # Read already: the request keeps it.
        params = orjson.loads(await request.read())
        chat_id = int(params["chat_id"])
        self.shown.append(Shown(chat_id, params["text"], door, time.monotonic(), is_untold))
        self.heard[chat_id] += 1


class Balancer:
    """Stands before the bots as nginx does; picks one at random, and another if that is down."""

    def __init__(self, ports: Callable[[], list[int]], dice: random.Random) -> None:
        self._ports, self._dice = ports, dice
        # How often each update reached a bot, told or not.
        self.passed: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()

    async def __aenter__(self) -> "Balancer":
        timeout = aiohttp.ClientTimeout(total=DELIVERY_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout)
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), shutdown_timeout=0.5
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/telegram/"
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        update_id = orjson.loads(body)["update_id"]
        headers = {name: request.headers[name] for name in PASSED_HEADERS}
        ports = self._ports()
        self._dice.shuffle(ports)
        for port in ports:
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}/telegram/", data=body, headers=headers
                ) as response:
                    await response.read()
                    self.passed[update_id] += 1
                    if response.status != 200:
                        self.refused[str(response.status)] += 1
                    return web.Response(status=response.status)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError) as error:
                # It may have been stored: nginx does not send a POST to a second server either.
                self.passed[update_id] += 1
                self.refused[type(error).__name__] += 1
                return web.Response(status=502)
        return web.Response(status=502)
