"""`runbot --webhook` as a process, called by the sandbox's Bot API."""

import asyncio
from collections import Counter

import pytest

from accounts.models import AuditEntry
from botrunner.sandbox import members
from tests.botrunner.engine.bots import (
    bot_process,
    end_kindly,
    fake_telegram,
    list_texts,
    wait_until,
)
from tests.botrunner.engine.probe import PROBED
from tests.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

UPDATES = 60


def test_updates_come_by_webhook_over_a_kill_and_a_restart():
    asyncio.run(kill_and_restart())

    counts = Counter(AuditEntry.objects.filter(action=PROBED).values_list("target", flat=True))
    assert len(counts) == UPDATES
    assert set(counts.values()) == {1}


async def kill_and_restart() -> None:
    async with fake_telegram(4) as (server, people):
        port = free_port()
        options = ("--webhook", "--port", str(port))
        env = {
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-test",
        }

        def answered() -> int:
            return len({text for person in people for text in list_texts(server.state, person)})

        for number in range(UPDATES):
            person = people[number % 4]
            members.send_text(server.state, chat_id=person, user_id=person, text=f"/probe {number}")
        with bot_process(server, *options, env=env):
            await wait_until(lambda: answered() > 5, "some answers")
        with bot_process(server, *options, env=env) as process:
            # The killed process was the only other one: what it left is answered at once.
            await wait_until(lambda: answered() == UPDATES, "all answers")
            await end_kindly(process)


def test_a_webhook_without_a_secret_does_not_start():
    async def story():
        async with fake_telegram(0) as (server, _):
            with bot_process(server, "--webhook", env={"TELEGRAM_WEBHOOK_SECRET": ""}) as process:
                assert await asyncio.to_thread(process.wait, 30) == 1

    asyncio.run(story())
