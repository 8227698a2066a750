"""Somebody's server, on loopback, that answers as it is told."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Served:
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)


def say(text: str, *, status: int = 200, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, headers=headers)

    return answer


async def say_nothing(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    raise AssertionError("nobody waits so long")


async def say_ten_megabytes(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(160):
        await response.write(b"http://x.example/" + b"a" * 64 * 1024)
    return response


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serve(answer: Answer) -> AsyncIterator[Served]:
    told = Served()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        told.asked.append({"path": request.path, **request.query})
        return await answer(request)

    runner = web.ServerRunner(web.Server(handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    try:
        yield told
    finally:
        await runner.cleanup()


@contextmanager
def serve_beside(answer: Answer) -> Iterator[Served]:
    """In a thread of its own: for code that waits for the answer in this one."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[Served] = []

    async def work() -> None:
        async with serve(answer) as server:
            found.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(work(),))
    thread.start()
    assert ready.wait(30)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(30)
        loop.close()
