"""One GET, bounded in time and size, to where the owner said and nowhere else."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
from yarl import URL

from .answer import read_link
from .errors import NoLink
from .guard import GuardedResolver, is_reachable, read_address

TIMEOUT_SECONDS = 10.0
ANSWER_BYTES_MAX = 64 * 1024
# What a compressed answer holds is known only once it is unpacked: none is asked for.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Tallyhouse"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a network; `values` are url, alias and key. Not to be logged or stored."""

    address: str
    parameters: Mapping[str, str]
    values: Mapping[str, str] = field(repr=False)
    answer_field: str
    is_loopback_allowed: bool

    def url(self) -> URL:
        """The key or the target may be part of the path, or parameters, or both."""
        address = self.address
        for name, value in self.values.items():
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        asked = {
            parameter: self.values[name]
            for name, parameter in self.parameters.items()
            if parameter and self.values[name]
        }
        return URL(address).extend_query(asked)


async def ask(question: Question) -> str:
    """The link. Raises NoLink."""
    try:
        url = question.url()
    except ValueError:
        raise NoLink("the address is no address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise NoLink("the address is no address")
    literal = read_address(url.host)
    if literal and not is_reachable(literal, question.is_loopback_allowed):
        raise NoLink("the address is a private one")
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            body = await _get(url, question.is_loopback_allowed)
    except TimeoutError:
        raise NoLink("no answer in time") from None
    # The words of these errors hold the address, and the address the key.
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NoLink(_name(error)) from None
    return read_link(body, question.answer_field, target=question.values["url"])


async def _get(url: URL, is_loopback_allowed: bool) -> bytes:
    resolver = GuardedResolver(is_loopback_allowed)
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
    async with (
        aiohttp.ClientSession(
            connector=connector, headers=HEADERS, auto_decompress=False, trust_env=False
        ) as session,
        session.get(url, allow_redirects=False) as response,
    ):
        if response.status != 200:
            raise NoLink(f"answered with status {response.status}")
        body = bytearray()
        async for piece in response.content.iter_chunked(8 * 1024):
            body += piece
            if len(body) > ANSWER_BYTES_MAX:
                raise NoLink("the answer is too large")
        return bytes(body)


def _name(error: Exception) -> str:
    if isinstance(error, PermissionError) or isinstance(error.__cause__, PermissionError):
        return "the address is a private one"
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return "the address is not known"
    return "cannot be reached" if isinstance(error, aiohttp.ClientConnectorError) else "broke off"
