"""Answers that are made while they are sent: a part at a time, whichever way the server asks."""

import asyncio
import warnings

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.test import override_settings
from django.urls import path

from project.streams import StreamedFile, StreamedResponse

made: list[int] = []


def _count():
    for number in range(100):
        made.append(number)
        yield f"{number}\n"


def counting(request):
    return StreamedResponse(_count())


urlpatterns = [path("counting/", counting)]


@pytest.fixture(autouse=True)
def _nothing_made():
    made.clear()


@pytest.fixture(autouse=True)
def _no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_a_plain_server_gets_the_first_part_before_the_second_is_made():
    parts = iter(counting(None))

    assert (next(parts), made) == (b"0\n", [0])
    assert len(list(parts)) == 99


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["django.middleware.common.CommonMiddleware"])
def test_an_asgi_server_gets_the_first_part_before_the_second_is_made():
    """Through the whole of Django, to the server's own `send`."""
    sent = []

    async def serve():
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/counting/",
            "headers": [(b"host", b"localhost")],
            "query_string": b"",
            "http_version": "1.1",
        }
        asked = asyncio.Queue()
        asked.put_nowait({"type": "http.request", "body": b"", "more_body": False})

        async def send(message):
            if message.get("body"):
                sent.append((message["body"], len(made)))

        await ASGIHandler()(scope, asked.get, send)

    asyncio.run(serve())

    assert [body for body, _ in sent] == [f"{number}\n".encode() for number in range(100)]
    # When a part is sent none after it has been made.
    assert [count for _, count in sent] == list(range(1, 101))


def test_a_file_is_read_block_by_block(tmp_path):
    target = tmp_path / "large.csv"
    target.write_bytes(b"0123456789abcdef" * 16_384)

    async def read():
        with target.open("rb") as file:
            answer = StreamedFile(file, as_attachment=True, filename="x.csv")
            parts = [len(part) async for part in answer]
            answer.close()
        return answer, parts

    answer, parts = asyncio.run(read())

    assert answer["Content-Length"] == str(16 * 16_384)
    assert sum(parts) == 16 * 16_384 and len(parts) > 10
