"""From a provider's request to the message in the chat, through a real bot process."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient

from botrunner.sandbox import members
from tests.botrunner.engine.bots import (
    bot_process,
    end_kindly,
    fake_telegram,
    list_texts,
    wait_until,
)
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_provider
from tests.numbers.webhooks import body_of, sign

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TRIES = 10
SECONDS_MAX = 1.0


def test_an_sms_is_in_the_chat_within_a_second_of_its_request():
    """The quickest of a few counts: a busy machine may hold up any one of them."""
    assert min(asyncio.run(send_some())) < SECONDS_MAX


async def send_some() -> list[float]:
    async with fake_telegram(1) as (server, [person]):
        member = await sync_to_async(make_member)(telegram_id=person)
        lease = await sync_to_async(make_lease)(member=member)
        provider = await sync_to_async(make_provider)()
        browser, took = AsyncClient(), []
        with bot_process(server) as process:
            members.send_text(server.state, chat_id=person, user_id=person, text="/start")
            await wait_until(lambda: bool(list_texts(server.state, person)), "the bot's start")
            for number in range(TRIES):
                code = str(482_000 + number)
                body = body_of(lease, id=code, text=f"Your code is {code}")
                began = time.monotonic()
                answer = await browser.post(
                    f"/sms/generic/{provider.slug}/",
                    body,
                    content_type="application/json",
                    headers={"X-Signature": sign(body, provider.secret)},
                )
                assert answer.status_code == 200
                await wait_until(lambda code=code: has(server, person, code), "the SMS")
                took.append(time.monotonic() - began)
            await end_kindly(process)
        await sync_to_async(connections.close_all)()
        return took


def has(server, person, code):
    return any(code in text for text in list_texts(server.state, person))
