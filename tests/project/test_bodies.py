"""Bodies of requests, bounded in front of Django itself."""

import asyncio
from functools import partial

import pytest
from django.core.asgi import get_asgi_application
from django.db import connections

from project.bodies import BodyBound

pytestmark = pytest.mark.django_db(transaction=True)

BOUND = 100


@pytest.fixture(autouse=True)
def _threads_keep_no_connection(monkeypatch):
    """As in the web process: the thread of a request lives no longer than the request."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def post(pieces: list[bytes], *, announced: int | None) -> list[dict]:
    """What the application sends for a body that arrives in these pieces."""
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
    if announced is not None:
        headers.append((b"content-length", str(announced).encode()))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/sms/generic/nobody/",
        "query_string": b"",
        "headers": headers,
        "server": ("127.0.0.1", 80),
    }
    waiting = [
        {"type": "http.request", "body": piece, "more_body": at < len(pieces) - 1}
        for at, piece in enumerate(pieces)
    ]
    sent: list[dict] = []

    async def receive():
        if waiting:
            return waiting.pop(0)
        return await asyncio.Future()

    async def send(event):
        sent.append(event)

    asyncio.run(BodyBound(get_asgi_application(), BOUND)(scope, receive, send))
    return [*sent, {"left": len(waiting)}]


def test_a_body_within_the_bound_reaches_its_view():
    sent = post([b"x" * 60, b"x" * 40], announced=100)

    assert sent[0]["status"] == 403


@pytest.mark.parametrize(("start", "status"), [("/sms/", 403), ("/admin/", 413)])
def test_an_address_may_take_more_than_others(monkeypatch, start, status):
    monkeypatch.setattr(
        f"{__name__}.BodyBound", partial(BodyBound, larger={start: 2 * BOUND, "/sms/x": 9})
    )

    assert post([b"x" * 90, b"x" * 60], announced=None)[0]["status"] == status


def test_an_announced_body_beyond_the_bound_is_refused_unread():
    sent = post([b"x" * 60, b"x" * 60], announced=120)

    assert sent[0]["status"] == 413
    assert sent[-1]["left"] == 2


def test_a_body_that_grows_beyond_the_bound_is_refused_and_read_no_further():
    sent = post([b"x" * 60, b"x" * 60, b"x" * 60], announced=None)

    assert [event.get("status") for event in sent[:-2]] == [413]
    assert sent[-1]["left"] == 1
