"""The webhook as Telegram calls it, in front of the real inbox."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from accounts.models import AuditEntry
from botrunner import inbox
from botrunner.dispatcher import Dispatcher
from botrunner.models import InboxUpdate
from botrunner.webhook import BODY_BYTES_MAX, SECRET_HEADER, Webhook, build_runner, keep_webhook
from tests.botrunner.engine.bots import make_update, wait_until
from tests.botrunner.engine.probe import PROBED
from tests.concurrency import call_aside

# Real commits where a thread of the dispatcher writes.
commits = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db

SECRET = "the-right-secret"


class RecordingSender:
    """Stands where the Bot API would be."""

    def __init__(self):
        self.sent = []

    async def send(self, calls, urgency):
        self.sent += [call["params"]["text"] for call in calls]
        return True


def play(story):
    """Runs a story with a webhook: `post(update, secret)` gives the status."""

    async def run():
        sender = RecordingSender()
        async with Dispatcher(sender) as dispatcher:
            webhook = Webhook(dispatcher, SECRET)
            store = asyncio.create_task(webhook.store_forever())
            async with TestServer(webhook.build_app()) as server, aiohttp.ClientSession() as http:

                async def post(update, secret=SECRET, path="/", **more):
                    headers = {SECRET_HEADER: secret} if secret is not None else {}
                    content = more or {"json": update}
                    url = server.make_url(path)
                    async with http.post(url, headers=headers, **content) as response:
                        return response.status

                result = await story(post, sender, dispatcher)
            store.cancel()
        return result, sender.sent

    return asyncio.run(run())


@pytest.mark.parametrize("secret", [None, "", "the-wrong-secret", "the-right-secre", "ключ"])
def test_without_the_secret_nothing_is_stored(secret):
    async def story(post, sender, dispatcher):
        if secret is not None and not secret.isascii():
            return await post(make_update(), secret.encode().decode("latin-1"))
        return await post(make_update(), secret)

    status, _ = play(story)

    assert status == 403
    assert not InboxUpdate.objects.exists()


def test_a_secret_that_is_no_text_is_refused():
    async def story():
        webhook = Webhook(Dispatcher(RecordingSender()), SECRET)
        async with TestServer(webhook.build_app()) as server:
            reader, writer = await asyncio.open_connection(server.host, server.port)
            head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{SECRET_HEADER}: "
            writer.write(head.encode() + b"\xff\xfe\r\n\r\n{}")
            status = await reader.readline()
            writer.close()
        return status

    assert b" 403 " in asyncio.run(story())


@commits
def test_an_update_is_stored_handled_and_answered():
    async def story(post, sender, dispatcher):
        status = await post(make_update("/probe hook"))
        assert await call_aside(InboxUpdate.objects.count) == 1
        await wait_until(lambda: sender.sent, "the answer")
        return status

    status, sent = play(story)

    assert status == 200
    assert sent[0].endswith("hook")


@commits
def test_the_same_update_20_times_at_once_has_one_effect_and_one_answer():
    update = make_update("/probe same")

    async def story(post, sender, dispatcher):
        statuses = await asyncio.gather(*(post(update) for _ in range(20)))
        await wait_until(lambda: sender.sent, "the answer")
        return statuses

    statuses, sent = play(story)

    assert statuses == [200] * 20
    assert AuditEntry.objects.filter(action=PROBED).count() == 1
    assert set(sent) == {f"probed u{update['update_id']} same"}


@commits
def test_a_repeat_long_after_sends_the_recorded_answer_again():
    update = make_update("/probe again")

    async def story(post, sender, dispatcher):
        await post(update)
        await wait_until(lambda: len(sender.sent) == 1 and not dispatcher.in_hand, "first answer")
        await post(update)
        await wait_until(lambda: len(sender.sent) == 2, "second answer")

    _, sent = play(story)

    assert sent[0] == sent[1]
    assert AuditEntry.objects.filter(action=PROBED).count() == 1


@commits
def test_a_repeat_wakes_what_a_killed_process_had_stored_and_not_handled():
    update = make_update("/probe left")
    inbox.store([update])

    async def story(post, sender, dispatcher):
        await post(update)
        await wait_until(lambda: sender.sent, "the answer", seconds=10)

    _, sent = play(story)

    assert sent == [f"probed u{update['update_id']} left"]


NO_UPDATES = [
    b"",
    b"{",
    b"[]",
    b'{"update_id": "1"}',
    b'{"update_id": true}',
    b'{"update_id": -1}',
    b'{"update_id": 18446744073709551615}',
    b"[" * 200_000,
    b'{"text": "\\ud800", "deep": ' + b"[" * 200_000,
]


@pytest.mark.parametrize("body", NO_UPDATES)
def test_what_is_no_update_is_refused(body):
    async def story(post, sender, dispatcher):
        return await post(None, data=body)

    assert play(story)[0] == 400
    assert not InboxUpdate.objects.exists()


def test_a_body_beyond_the_bound_is_refused():
    async def story(post, sender, dispatcher):
        return await post(make_update("x" * BODY_BYTES_MAX))

    assert play(story)[0] == 413


@commits
def test_the_path_of_the_given_address_is_listened_on(settings):
    settings.TELEGRAM_WEBHOOK_URL = "https://example.com/hooks/bot"

    async def story(post, sender, dispatcher):
        return await post(make_update(), path="/hooks/bot"), await post(make_update(), path="/x")

    assert play(story)[0] == (200, 404)


def test_an_update_that_could_not_be_stored_is_sent_again_by_telegram(monkeypatch):
    from django.db import OperationalError

    from botrunner import inbox

    def fail(updates):
        raise OperationalError("disk full")

    monkeypatch.setattr(inbox, "store", fail)

    async def story(post, sender, dispatcher):
        return await post(make_update())

    assert play(story)[0] == 503


@commits
def test_half_a_surrogate_pair_does_not_come_again_for_ever():
    update = b'{"update_id": 7, "channel_post": {"chat": {"id": -5}, "text": "\\ud800"}}'

    async def story(post, sender, dispatcher):
        return await post(None, data=update)

    assert play(story)[0] == 200
    assert InboxUpdate.objects.get(pk=7).payload["channel_post"]["text"] == "\ufffd"


def test_a_fault_nobody_foresaw_does_not_stop_the_updates_after_it(monkeypatch):
    from botrunner import inbox

    def fail(updates):
        raise RuntimeError("ours")

    async def story(post, sender, dispatcher):
        with monkeypatch.context() as patch:
            patch.setattr(inbox, "store", fail)
            first = await post(make_update())
        monkeypatch.setattr(inbox, "store", lambda updates: set())
        return first, await post(make_update())

    assert play(story)[0] == (503, 200)


def send_raw(lines: list[bytes], body: bytes = b"") -> bytes:
    """The status line of the answer to bytes that no client would send; nothing is stored."""

    async def run():
        runner = build_runner(Webhook(None, SECRET).build_app())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(b"\r\n".join([b"POST / HTTP/1.1", b"Host: x", *lines, b"", body]))
        status = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        await runner.cleanup()
        return status

    return asyncio.run(run())


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"deflate"])
def test_what_says_it_is_compressed_is_refused(encoding):
    headers = [
        SECRET_HEADER.encode() + b": " + SECRET.encode(),
        b"Content-Encoding: " + encoding,
        b"Content-Length: 4",
    ]

    assert b" 400 " in send_raw(headers, b"xxxx")


class TelegramOfOneWebhook:
    """Knows its webhook; the first bot that polls takes it away."""

    def __init__(self, stop):
        self.url, self.times_set, self._stop = "", 0, stop

    async def call(self, method, params=None):
        if method == "setWebhook":
            self.url, self.times_set = params["url"], self.times_set + 1
        elif self.times_set == 1:
            self.url = ""
        else:
            self._stop.set()
        return {"url": self.url}


def test_a_webhook_that_was_taken_away_is_set_again(settings, monkeypatch):
    settings.TELEGRAM_WEBHOOK_URL = "https://example.com/hook"
    monkeypatch.setattr("botrunner.webhook.LOOK_SECONDS", 0.01)

    async def story():
        stop = asyncio.Event()
        telegram = TelegramOfOneWebhook(stop)
        await asyncio.wait_for(keep_webhook(telegram, stop), 5)
        return telegram

    telegram = asyncio.run(story())

    assert (telegram.times_set, telegram.url) == (2, "https://example.com/hook")
