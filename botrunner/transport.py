"""HTTP to the Bot API: python-telegram-bot's request interface on aiohttp and orjson.

Its default backend spends more time in each call than our handling of the
update does (docs/performance.md). BotApi stands in for telegram.Bot because
that logs every call's parameters, and with them codes and texts.
"""

import asyncio
import json
import re
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import quote

import aiohttp
import orjson
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

TELEGRAM_URL = "https://api.telegram.org"
CONNECTIONS_MAX = 128
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
UPLOAD_SECONDS = 60.0
FETCH_SECONDS = 120.0
FETCH_BYTES = 64 * 1024

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class AiohttpRequest(BaseRequest):
    """One pool of kept-alive connections for all calls."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        assert self._session is not None, "initialize() first"
        seconds = READ_SECONDS if read_timeout is self.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.request(
                method, url, timeout=timeout, **_body(request_data)
            ) as response:
                return response.status, await response.read()
        # The address holds the token: no error of the client's may be passed on.
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library's, without its log line that shows the payload."""
        try:
            return _as_object(orjson.loads(payload))
        except orjson.JSONDecodeError:
            pass
        try:
            # Half a surrogate pair, which orjson refuses and a database cannot hold.
            return _as_object(_scrub(json.loads(payload.decode("utf-8", "replace"))))
        except (ValueError, RecursionError):
            raise NetworkError("Invalid server response") from None

    async def fetch(self, url: str, target: BinaryIO, *, bytes_max: int) -> None:
        """Writes what lies at the address, at most so many bytes of it. Raises as do_request."""
        assert self._session is not None, "initialize() first"
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.get(url, timeout=timeout) as response:
                if response.status != HTTPStatus.OK:
                    gone = response.status < HTTPStatus.INTERNAL_SERVER_ERROR
                    raise BadRequest("no such file") if gone else NetworkError("no file just now")
                async for chunk in response.content.iter_chunked(FETCH_BYTES):
                    bytes_max -= target.write(chunk)
                    if bytes_max < 0:
                        raise BadRequest("file is too big")
        # The address holds the token here too.
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


class BotApi:
    """The Bot API of one token. Errors are python-telegram-bot's, free of the token."""

    def __init__(self, token: str, base_url: str = "") -> None:
        base = (base_url or TELEGRAM_URL).rstrip("/")
        self._url, self._files_url = f"{base}/bot{token}", f"{base}/file/bot{token}"
        self._request = AiohttpRequest()

    async def __aenter__(self) -> "BotApi":
        await self._request.initialize()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._request.shutdown()

    async def call(
        self,
        method: str,
        params: dict[str, Any] | None = None,
        *,
        files: dict[str, InputFile] | None = None,
        read_seconds: float | None = None,
    ) -> Any:
        parameters = [RequestParameter(name, value, None) for name, value in (params or {}).items()]
        parameters += [RequestParameter(name, None, [file]) for name, file in (files or {}).items()]
        return await self._request.post(
            f"{self._url}/{method}",
            RequestData(parameters),
            read_timeout=read_seconds or (UPLOAD_SECONDS if files else READ_SECONDS),
        )

    async def download(self, file_path: str, target: BinaryIO, *, bytes_max: int) -> None:
        """What getFile told of, into `target`."""
        await self._request.fetch(
            f"{self._files_url}/{quote(file_path)}", target, bytes_max=bytes_max
        )


async def wait_or_stop(stop: asyncio.Event, seconds: float) -> bool:
    """Sleeps, and wakes early when the process is to end. True when it is."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {
            "data": orjson.dumps(data.parameters),
            "headers": {"Content-Type": "application/json"},
        }
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return {"data": form}


def _as_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NetworkError("Invalid server response")
    return value


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    if isinstance(value, dict):
        return {_scrub(key): _scrub(item) for key, item in value.items()}
    return value
