"""One HTTP server for the bot (/bot<token>/…), the chat page (/control/…) and ads (/ads/…).

In a test or a benchmark: `async with SandboxServer(token=…) as server` gives
`server.url` and `server.state`, on a free port and in memory.
"""

import asyncio
import contextlib
import hmac
import inspect
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from . import ads, sms_list
from .botapi import METHODS
from .context import Context, Dropped
from .control import Control
from .errors import ApiError
from .files import UPLOAD_BYTES_MAX, FileFolder
from .params import Params, read_params
from .state import State
from .store import Store
from .updates import LIMIT_MAX
from .waiting import Signal
from .webhook import WebhookSender

POLL_SECONDS_MAX = 50
SHUTDOWN_SECONDS = 1.0
REQUEST_BYTES_MAX = UPLOAD_BYTES_MAX + 1024 * 1024
_CONFLICT_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_CONFLICT_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class SandboxServer:
    def __init__(
        self,
        *,
        token: str = "7304581962:AAsandbox-token-for-tests-only-00000",  # noqa: S107
        control_key: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        folder: Path | None = None,
    ) -> None:
        """`folder` keeps the state over restarts; without a control key /control/ is closed."""
        self.token, self.host, self.port = token, host, port
        self.state = State(int(token.partition(":")[0]))
        self.store = Store(folder / "sandbox.sqlite3", self.state) if folder else None
        files = FileFolder(self.state, folder / "sandbox_files" if folder else None)
        self.context = Context(self.state, files)
        self.control = Control(self.context, control_key)
        self._arrived = Signal()
        self._newest_poll = 0
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        self.state.updates.on_arrival = self._arrived.notify
        if self.store is None or not self.store.load():
            self.state.add_cast()
        self._runner = web.ServerRunner(
            web.Server(self._handle, request_factory=_request, access_log=None),
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]
        self._tasks.append(asyncio.create_task(WebhookSender(self.state, self._arrived).run()))
        if self.store is not None:
            self._tasks.append(asyncio.create_task(self.store.run()))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._runner.cleanup()
        if self.store is not None:
            self.store.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        try:
            if path.startswith("/bot"):
                return await self._call(request, path[4:])
            if path.startswith("/control/"):
                return await self.control.handle(request, path[9:])
            if path.startswith("/file/bot"):
                return self._download(path[9:])
            if path == sms_list.PATH:
                return sms_list.answer(request, self.state.sms)
            if path.startswith(ads.PATH):
                return ads.answer(request, self.url, self.state.bot["username"])
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        except ApiError as error:
            return _answer(error.as_json(), error.code)
        return _answer(ApiError(404, "Not Found").as_json(), 404)

    def _check_token(self, token: str) -> None:
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise ApiError(401, "Unauthorized")

    async def _call(self, request: web.BaseRequest, rest: str) -> web.Response:
        token, _, name = rest.partition("/")
        self._check_token(token)
        if (request.content_length or 0) > REQUEST_BYTES_MAX:
            raise ApiError(413, "Request Entity Too Large")
        name = name.lower()
        method = METHODS.get(name)
        if method is None and name != "getupdates":
            raise ApiError(404, "Not Found")
        params = await read_params(request)
        fault = self.context.take_fault(name, params.text("chat_id") or "")
        if fault and not fault.done:
            fault.raise_error()
        if method is None:
            result: Any = await self._get_updates(params)
        else:
            result = method(self.context, params)
            if inspect.isawaitable(result):
                result = await result
        if fault:
            fault.raise_error()
        return _answer({"ok": True, "result": result})

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        state = self.state
        if state.webhook:
            raise ApiError(409, _CONFLICT_WEBHOOK)
        self._newest_poll += 1
        poll = self._newest_poll
        self._arrived.notify()  # ends an older poll
        state.allow_updates(params.strings("allowed_updates"))
        if offset := params.integer("offset"):
            state.confirm(offset)
        limit = min(max(params.integer("limit", LIMIT_MAX), 1), LIMIT_MAX)
        end = time.monotonic() + min(max(params.integer("timeout"), 0), POLL_SECONDS_MAX)
        while not state.updates.pending and (left := end - time.monotonic()) > 0:
            await self._arrived.wait(left)
            if poll != self._newest_poll:
                raise ApiError(409, _CONFLICT_POLL)
        return state.updates.first(limit)

    def _download(self, rest: str) -> web.Response:
        token, _, path = rest.partition("/")
        self._check_token(token)
        for record in self.state.files.values():
            if record["file_path"] == path:
                data = self.context.files.read(record["file_id"])
                if data is not None:
                    return web.Response(body=data, content_type=record["mime_type"])
        raise ApiError(404, "Not Found")


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    """aiohttp's own refuses bodies above 1 MB."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=REQUEST_BYTES_MAX
    )


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
