"""Which machines may be asked: the address is the owner's, but our neighbours are not its."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = IPv4Address | IPv6Address
# IPv6 addresses that lead to the IPv4 address in their last 32 bits.
_TRANSLATED = ip_network("64:ff9b::/96")


def read_address(host: str) -> Address | None:
    """None for a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_reachable(address: Address, is_loopback_allowed: bool) -> bool:
    inner = _inner(address)
    if inner.is_loopback:
        return is_loopback_allowed
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inner(address: Address) -> Address:
    """An IPv4 address may come in the clothes of an IPv6 one."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


class GuardedResolver(AbstractResolver):
    """What it finds is what is connected to: a name cannot point elsewhere afterwards."""

    def __init__(self, is_loopback_allowed: bool) -> None:
        self._inner = ThreadedResolver()
        self._is_loopback_allowed = is_loopback_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for entry in found:
            address = read_address(entry["host"])
            if address is None or not is_reachable(address, self._is_loopback_allowed):
                raise PermissionError("private")
        return found

    async def close(self) -> None:
        await self._inner.close()
