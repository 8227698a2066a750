"""The webhook as Telegram calls it, in front of the real inbox."""

import asyncio

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from django.db import connection

from accounts.models import AuditEntry
from botrunner.dispatcher import Dispatcher
from botrunner.models import InboxUpdate
from botrunner.webhook import BODY_BYTES_MAX, SECRET_HEADER, Webhook
from tests.botrunner.engine.bots import make_update, wait_until
from tests.botrunner.engine.probe import PROBED

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


def count_stored():
    try:
        return InboxUpdate.objects.count()
    finally:
        # Of the thread it was called in.
        connection.close()


@commits
def test_an_update_is_stored_handled_and_answered():
    async def story(post, sender, dispatcher):
        status = await post(make_update("/probe hook"))
        assert await asyncio.to_thread(count_stored) == 1
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


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "1"}', b'{"update_id": true}'])
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
