"""Bounds the bodies of requests before Django writes them to the disk.

Under ASGI Django takes a body in whole, in a temporary file, before any view is asked:
without a bound every stranger can fill the disk.
"""

from collections.abc import Mapping
from typing import Any

App = Any
TOO_LARGE = b"too large\n"


class BodyBound:
    """ASGI: answers 413 to a request whose body is larger, announced or not.

    `larger` has the bounds of addresses that take more, by how they begin.
    """

    def __init__(self, app: App, bytes_max: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._larger = larger or {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bytes_max = self._bound_of(scope["path"])
        if _announced(scope) > bytes_max:
            await _refuse(send)
        else:
            await self._count(scope, receive, send, bytes_max)

    def _bound_of(self, path: str) -> int:
        fitting = (most for start, most in self._larger.items() if path.startswith(start))
        return max(fitting, default=self._bytes_max)

    async def _count(self, scope: Any, receive: Any, send: Any, bytes_max: int) -> None:
        """What is sent in pieces announces nothing."""
        size = 0

        async def receive_some() -> Any:
            nonlocal size
            event = await receive()
            size += len(event.get("body", b""))
            # For Django the client has gone away: it drops what it has and answers nothing.
            return {"type": "http.disconnect"} if size > bytes_max else event

        await self._app(scope, receive_some, send)
        if size > bytes_max:
            await _refuse(send)


def _announced(scope: Any) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


async def _refuse(send: Any) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TOO_LARGE})
