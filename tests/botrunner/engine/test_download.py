"""A file fetched from the Bot API, as the sandbox serves it."""

from io import BytesIO

import pytest
from asgiref.sync import async_to_sync
from telegram.error import BadRequest, NetworkError

from botrunner.sandbox.files import Upload
from botrunner.sandbox.server import SandboxServer
from botrunner.transport import BotApi

CONTENT = b"+971501234567\n" * 50_000


def fetch(name="list.csv", *, bytes_max=10**6, path=None):
    async def run():
        async with SandboxServer(control_key="key") as server:
            record = server.context.files.save("document", Upload(name, "text/csv", CONTENT))
            async with BotApi(server.token, server.url) as api:
                facts = await api.call("getFile", {"file_id": record["file_id"]})
                target = BytesIO()
                await api.download(path or facts["file_path"], target, bytes_max=bytes_max)
                return target.getvalue()

    return async_to_sync(run)()


def test_a_file_comes_whole():
    assert fetch() == CONTENT


def test_more_than_was_asked_for_is_refused():
    with pytest.raises(BadRequest, match="too big"):
        fetch(bytes_max=len(CONTENT) - 1)


def test_a_file_that_is_gone_is_refused():
    with pytest.raises(BadRequest):
        fetch(path="documents/none.csv")


def test_no_error_shows_the_token():
    async def run():
        async with BotApi("123:secret", "http://127.0.0.1:9") as api:
            await api.download("x", BytesIO(), bytes_max=10)

    with pytest.raises(NetworkError) as failed:
        async_to_sync(run)()

    assert "secret" not in str(failed.value)
    assert failed.value.__cause__ is None
