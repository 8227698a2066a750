"""A bot that is killed at any moment: every update handled once, every member answered."""

import asyncio
import random
from collections import Counter

import pytest

from accounts.models import AuditEntry
from botrunner.models import InboxUpdate
from botrunner.sandbox import members
from tests.botrunner.engine.bots import (
    bot_process,
    end_kindly,
    fake_telegram,
    list_texts,
    wait_until,
)
from tests.botrunner.engine.probe import PROBED

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

UPDATES = 1_000
PEOPLE = 40
KILLS = 5


def test_a_run_of_1000_updates_survives_kills(tmp_path):
    expected = asyncio.run(run_and_kill(random.Random(20_26)))

    probed = Counter(AuditEntry.objects.filter(action=PROBED).values_list("target", flat=True))
    assert probed == Counter(expected)
    states = set(InboxUpdate.objects.values_list("state", flat=True))
    assert states == {InboxUpdate.State.ANSWERED}


async def run_and_kill(dice: random.Random) -> list[str]:
    """Returns the keys of all updates; asserts that each was answered."""
    async with fake_telegram(PEOPLE) as (server, people):
        first_id = server.state.updates.next_id
        for number in range(UPDATES):
            person = people[number % PEOPLE]
            members.send_text(server.state, chat_id=person, user_id=person, text=f"/probe {number}")
        keys = [f"u{update_id}" for update_id in range(first_id, server.state.updates.next_id)]
        for _ in range(KILLS):
            before = server.state.next_message_id
            with bot_process(server):
                await wait_until(lambda b=before: server.state.next_message_id > b, "first answer")
                await asyncio.sleep(dice.uniform(0, 0.15))
        with bot_process(server) as process:
            await wait_until(lambda: answered(server.state, people) == set(keys), "all answers")
            await end_kindly(process)
            assert process.returncode == 0
        assert_in_order(server.state, people)
        return keys


def answered(state, people) -> set[str]:
    return {text.split()[1] for person in people for text in list_texts(state, person)}


def assert_in_order(state, people) -> None:
    """First answers come in the order of the questions; repeats may come later."""
    for person in people:
        keys = [text.split()[1] for text in list_texts(state, person)]
        firsts = list(dict.fromkeys(keys))
        assert firsts == sorted(firsts)


def test_telegram_is_away_and_comes_back(tmp_path):
    async def story():
        async with fake_telegram(1) as (server, people):
            with bot_process(server) as process:
                members.send_text(
                    server.state, chat_id=people[0], user_id=people[0], text="/probe 1"
                )
                await wait_until(lambda: list_texts(server.state, people[0]), "first answer")
                server.context.set_faults(
                    [
                        {"method": "getUpdates", "times": 2, "code": 502},
                        {"method": "sendMessage", "times": 2, "code": 500},
                    ]
                )
                members.send_text(
                    server.state, chat_id=people[0], user_id=people[0], text="/probe 2"
                )
                await wait_until(
                    lambda: len(list_texts(server.state, people[0])) == 2, "second answer"
                )
                assert process.poll() is None

    asyncio.run(story())
    assert AuditEntry.objects.filter(action=PROBED).count() == 2


def test_logs_of_a_run_hold_no_token_and_no_text(tmp_path):
    canary = "canary-7301-text"
    log = tmp_path / "bot.log"

    async def story():
        async with fake_telegram(2) as (server, people):
            with (
                log.open("wb") as output,
                bot_process(server, log=output, env={"LOG_LEVEL": "DEBUG"}) as process,
            ):
                for text in (f"/probe {canary}", f"/broken {canary}"):
                    members.send_text(server.state, chat_id=people[0], user_id=people[0], text=text)
                await wait_until(lambda: len(list_texts(server.state, people[0])) == 2, "answers")
                server.context.set_faults([{"method": "sendMessage", "times": 1, "code": 500}])
                members.send_text(
                    server.state, chat_id=people[1], user_id=people[1], text=f"/probe {canary}"
                )
                await wait_until(lambda: list_texts(server.state, people[1]), "a third answer")
                await end_kindly(process)
            return server.token

    token = asyncio.run(story())

    logged = log.read_text()
    assert "is listening" in logged
    assert "ValueError" in logged
    assert canary not in logged
    assert token.partition(":")[2] not in logged


def test_a_wrong_token_is_said_in_one_sentence(tmp_path):
    log = tmp_path / "bot.log"

    async def story():
        async with fake_telegram(0) as (server, _):
            wrong = "7304581962:AAwrong-token-wrong-token-wrong-token"
            with (
                log.open("wb") as output,
                bot_process(server, log=output, env={"TELEGRAM_TOKEN": wrong}) as process,
            ):
                assert await asyncio.to_thread(process.wait, 30) == 1

    asyncio.run(story())

    assert "copy it again from @BotFather" in log.read_text()
    assert "Traceback" not in log.read_text()
