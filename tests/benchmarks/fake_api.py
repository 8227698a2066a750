"""A Bot API that does as little as it can: hands out updates, takes replies, keeps the time.

Run as a process of its own, so that its work is not the bot's. Commands come as
lines on its standard input, results go as lines of JSON to its standard output:
    run FIRST_ID UPDATES PEOPLE      →  {"seconds": …, "replies": …}
"""

import asyncio
import json
import sys
import time
from typing import Any

import orjson
from aiohttp import web

ME = {"id": 1_000_000, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
OK = b'{"ok":true,"result":true}'
POLL_SECONDS = 1.0
LIMIT = 100
FIRST_PERSON = 910_000_000


class FakeApi:
    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.replies = 0
        self.expected = 0
        self.arrived = asyncio.Event()
        self.finished = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.path.rpartition("/")[2].lower()
        if method == "getupdates":
            params = await read(request)
            return answer(await self.get_updates(int(params.get("offset") or 0)))
        if method == "getme":
            return answer(ME)
        if method == "sendmessage":
            params = await read(request)
            self.replies += 1
            if self.replies == self.expected:
                self.finished.set()
            chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "P"}
            message = {"message_id": self.replies, "date": 0, "chat": chat, "from": ME}
            return answer(message | {"text": params["text"]})
        await request.read()
        if method == "getmycommands":
            return answer([])
        return web.Response(body=OK, content_type="application/json")

    async def get_updates(self, offset: int) -> list[dict[str, Any]]:
        if offset:
            while self.waiting and self.waiting[0]["update_id"] < offset:
                del self.waiting[: LIMIT if self.all_before(offset) else 1]
        if not self.waiting:
            self.arrived.clear()
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self.arrived.wait()
            except TimeoutError:
                return []
        return self.waiting[:LIMIT]

    def all_before(self, offset: int) -> bool:
        head = self.waiting[:LIMIT]
        return bool(head) and head[-1]["update_id"] < offset

    async def run(self, first_id: int, updates: int, people: int) -> dict[str, float]:
        self.replies, self.expected = 0, updates
        self.finished.clear()
        self.waiting = [make_update(first_id + n, n % people) for n in range(updates)]
        began = time.perf_counter()
        self.arrived.set()
        await self.finished.wait()
        return {"seconds": time.perf_counter() - began, "replies": self.replies}


def make_update(update_id: int, number: int) -> dict[str, Any]:
    person = FIRST_PERSON + number
    user = {"id": person, "is_bot": False, "first_name": f"P{number}", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": f"P{number}"}
    entity = {"type": "bot_command", "offset": 0, "length": 6}
    message = {"message_id": update_id, "date": 1_700_000_000, "chat": chat, "from": user}
    return {"update_id": update_id, "message": message | {"text": "/start", "entities": [entity]}}


async def read(request: web.BaseRequest) -> dict[str, Any]:
    if request.content_type == "application/json":
        data: dict[str, Any] = orjson.loads(await request.read())
        return data
    return dict(await request.post())


def answer(result: Any) -> web.Response:
    body = orjson.dumps({"ok": True, "result": result})
    return web.Response(body=body, content_type="application/json")


async def main() -> None:
    api = FakeApi()
    runner = web.ServerRunner(web.Server(api.handle, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    say({"url": f"http://127.0.0.1:{runner.addresses[0][1]}"})
    while line := await asyncio.to_thread(sys.stdin.readline):
        first_id, updates, people = (int(word) for word in line.split())
        say(await api.run(first_id, updates, people))


def say(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        import uvloop

        uvloop.run(main())
    except ImportError:
        asyncio.run(main())
