"""One GET, bounded in time and size, to where the owner said and nowhere else."""

import asyncio
import socket
from collections.abc import Mapping

import aiohttp
from django.conf import settings
from yarl import URL

from .errors import NoAnswer
from .guard import GuardedResolver, is_reachable, read_address

FETCH_SECONDS = 10.0
PIECE_BYTES = 8 * 1024
# What a compressed answer holds is known only once it is unpacked: none is asked for.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Tallyhouse"}


async def fetch(
    url: URL | str, *, bytes_max: int, headers: Mapping[str, str] | None = None
) -> bytes:
    """What is answered with status 200, to this very address. Raises NoAnswer."""
    is_loopback_allowed = settings.OUTBOUND_LOOPBACK_ALLOWED
    asked = _read_url(url)
    literal = read_address(asked.host or "")
    if literal and not is_reachable(literal, is_loopback_allowed):
        raise NoAnswer("the address is a private one")
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            return await _get(asked, {**HEADERS, **(headers or {})}, bytes_max)
    except TimeoutError:
        raise NoAnswer("no answer in time") from None
    # The words of these errors hold the address.
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NoAnswer(_name(error)) from None


def _read_url(url: URL | str) -> URL:
    try:
        read = URL(url)
    except ValueError:
        raise NoAnswer("the address is no address") from None
    if read.scheme not in ("http", "https") or not read.host:
        raise NoAnswer("the address is no address")
    return read


async def _get(url: URL, headers: Mapping[str, str], bytes_max: int) -> bytes:
    resolver = GuardedResolver(settings.OUTBOUND_LOOPBACK_ALLOWED)
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
    async with (
        aiohttp.ClientSession(
            connector=connector, headers=headers, auto_decompress=False, trust_env=False
        ) as session,
        session.get(url, allow_redirects=False) as response,
    ):
        if response.status != 200:
            raise NoAnswer(f"answered with status {response.status}")
        body = bytearray()
        async for piece in response.content.iter_chunked(PIECE_BYTES):
            body += piece
            if len(body) > bytes_max:
                raise NoAnswer("the answer is too large")
        return bytes(body)


def _name(error: Exception) -> str:
    if isinstance(error, PermissionError) or isinstance(error.__cause__, PermissionError):
        return "the address is a private one"
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return "the address is not known"
    return "cannot be reached" if isinstance(error, aiohttp.ClientConnectorError) else "broke off"
