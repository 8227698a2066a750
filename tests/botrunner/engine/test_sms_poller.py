"""Providers are asked over the network: by one process, bounded, and outside any transaction."""

import asyncio
import json
import logging
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.test import AsyncClient
from django.utils import timezone

from accounts.models import OutboxMessage
from botrunner.sandbox import sms_list
from botrunner.sandbox.server import SandboxServer
from botrunner.sandbox.token import control_key
from botrunner.sms_poller import SmsPoller
from numbers.models import InboundSms, Provider
from project.outbound import fetching
from tests.botrunner.engine.test_uploads import SameThread
from tests.factories.numbers import make_lease
from tests.factories.staff import make_staff_user
from tests.factories.web_servers import (
    hang_up,
    say,
    say_nothing,
    say_ten_megabytes,
    serve,
)
from tests.numbers.polls import KEY, answer_of, make_polling, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lease():
    return make_lease(now=timezone.now() - timedelta(minutes=1))


async def poll_once():
    poller = SmsPoller()
    poller.close()
    poller._thread = SameThread()
    await poller.poll_due()
    await poller.finish()


def play(answer):
    """One round of all that are due; what was asked."""

    async def work():
        async with serve(answer) as server:
            await Provider.objects.aupdate(url=f"{server.url}?k={{key}}", poll_due_at=None)
            await poll_once()
            return server.asked

    return async_to_sync(work)()


def test_a_listed_sms_reaches_its_holder(lease):
    make_polling()

    asked = play(say(answer_of(row_of(lease, timezone.now()))))

    assert [one["k"] for one in asked] == [KEY]
    assert InboundSms.objects.get().lease_id == lease.pk
    assert OutboxMessage.objects.filter(kind="sms.received").count() == 1
    assert Provider.objects.get().last_success_at is not None


def test_what_is_not_due_is_not_asked(lease):
    make_polling(poll_due_at=timezone.now() + timedelta(seconds=30))

    async def work():
        async with serve(say("[]")) as server:
            await Provider.objects.aupdate(url=server.url)
            await poll_once()
            return server.asked

    assert async_to_sync(work)() == []


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (say("oh", status=500), "answered with status 500"),
        (say("<html>"), "the answer is no JSON"),
        (say("", status=302, Location="http://10.0.0.1/"), "answered with status 302"),
        (say_ten_megabytes, "the answer is too large"),
        (say_nothing, "no answer in time"),
        (hang_up, "broke off"),
    ],
)
def test_an_answer_that_is_none_is_noted_and_asked_for_later(lease, answer, failure, monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 2.0)
    make_polling()

    play(answer)

    provider = Provider.objects.get()
    assert (provider.poll_note, provider.poll_failures) == (failure, 1)
    assert provider.poll_due_at > timezone.now()


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/", "http://[fd00::1]/"]
)
def test_a_neighbour_is_not_asked(lease, url):
    make_polling(url=url)

    async_to_sync(poll_once)()

    assert Provider.objects.get().poll_note == "the address is a private one"


def test_a_slow_provider_keeps_no_other_waiting(lease, monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 3.0)
    order = []

    async def answer(request):
        if "slow" in request.path:
            await asyncio.sleep(1)
        order.append(request.path)
        return await say('{"aaData": []}')(request)

    async def work():
        async with serve(answer) as server:
            for name in ("slow", "quick"):
                await sync_to_async(make_polling)(name, url=f"{server.url}/{name}")
            await poll_once()

    async_to_sync(work)()

    assert order == ["/api/quick", "/api/slow"]


def test_it_is_asked_outside_every_transaction(lease):
    depths, before = [], len(connection.savepoint_ids)
    make_polling()

    async def answer(request):
        depths.append(len(connection.savepoint_ids))
        return await say("[]")(request)

    play(answer)

    assert depths == [before]


def test_neither_key_nor_text_reaches_a_log_or_the_row(lease, caplog):
    caplog.set_level(logging.DEBUG)
    make_polling()
    listed = answer_of(row_of(lease, timezone.now(), "CANARY 482913"), ["CANARY"])

    for answer in (say(listed), say("CANARY"), say("CANARY", status=500), hang_up):
        play(answer)

    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    shown = [*lines, *Provider.objects.values_list("poll_note", flat=True)]
    shown += Provider.objects.values_list("failure", flat=True)
    assert not [line for line in shown if KEY in line or "CANARY" in line or "482913" in line]


def test_it_ends_when_told_to_while_a_provider_is_silent(lease):
    make_polling()

    async def work():
        async with serve(say_nothing) as server:
            await Provider.objects.aupdate(url=server.url)
            poller, stop = SmsPoller(), asyncio.Event()
            poller.close()
            poller._thread = SameThread()
            running = asyncio.create_task(poller.run(stop))
            while not server.asked:
                await asyncio.sleep(0.01)
            stop.set()
            await asyncio.wait_for(running, 5)

    async_to_sync(work)()


@pytest.mark.parametrize("form", ["columns", "fields"])
def test_the_sandbox_lists_what_its_page_sends(lease, settings, form, monkeypatch):
    """From the page to the outbox, in both forms that lists have."""
    settings.SANDBOX = True
    number = f"+{lease.number.e164}"

    async def work():
        async with SandboxServer(control_key=control_key()) as server:
            settings.SANDBOX_URL = server.url
            browser = AsyncClient()
            await browser.aforce_login(await sync_to_async(make_staff_user)("Chief"))
            sent = await browser.post(
                "/sandbox/api/sms/",
                json.dumps({"to": number, "from": "Example", "text": "code 482913", "by": "list"}),
                content_type="application/json",
            )
            assert sent.status_code == 200
            if form == "fields":
                await Provider.objects.aupdate(
                    url="{sandbox}/sms/list?form=objects",
                    list_path="data.messages",
                    number_field="number",
                    sender_field="sender",
                    text_field="text",
                    time_field="received",
                    id_field="id",
                )
            await poll_once()

    async_to_sync(work)()

    provider = Provider.objects.get()
    assert (provider.slug, provider.secret) == ("sandbox-list", sms_list.KEY)
    sms = InboundSms.objects.get()
    assert (sms.lease_id, sms.code, sms.sender) == (lease.pk, "482913", "Example")
