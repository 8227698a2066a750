"""Refuses every connection that would leave this machine."""

import ipaddress
import socket
from typing import Any

import pytest


class NetworkRefused(RuntimeError):
    pass


def refuse_network(patch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))


def _guarded(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX:
            _require_loopback(address[0])
        return original(self, address)

    return connect


def _guarded_lookup(original: Any) -> Any:
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        _require_loopback(host)
        return original(host, *args, **kwargs)

    return getaddrinfo


def _require_loopback(host: Any) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if text != "localhost" and not _is_loopback(text):
        raise NetworkRefused(f"A test tried to reach {text}: tests talk to this machine only")


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
