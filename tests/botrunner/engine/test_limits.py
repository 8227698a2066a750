import asyncio
import time

import pytest

from botrunner.limits import Limits, Urgency
from botrunner.window import Windows
from tests import servers

GROUP = -1001


class TestWindows:
    """The limits of one process, on a clock set by hand."""

    def test_no_second_holds_more_than_the_limit(self):
        windows = Windows()

        waits = [windows.ask(str(n), "answer", 3, 1_000) for n in range(4)]

        assert waits == [0, 0, 0, 1_000]
        assert windows.ask("9", "answer", 3, 1_999) == 1
        assert windows.ask("9", "answer", 3, 2_000) == 0

    def test_what_has_to_wait_is_not_counted(self):
        windows = Windows()
        windows.ask("1", "answer", 1, 0)

        for moment in range(10, 990, 10):
            windows.ask("1", "answer", 1, moment)

        assert windows.ask("1", "answer", 1, 1_000) == 0

    def test_a_group_takes_20_a_minute(self):
        windows = Windows()

        waits = [windows.ask("-1", "group", 1_000, n * 2_000) for n in range(21)]

        assert waits[:20] == [0] * 20
        assert waits[20] == 20_000

    def test_a_member_gets_one_unasked_message_a_second_and_answers_at_once(self):
        windows = Windows()
        windows.ask("5", "private", 30, 0)

        assert windows.ask("5", "private", 30, 400) == 600
        assert windows.ask("5", "answer", 30, 400) == 0

    def test_a_pause_holds_its_chat_alone(self):
        windows = Windows()

        windows.pause("5", 3_000, 0)

        assert windows.ask("5", "answer", 30, 1_000) == 2_000
        assert windows.ask("6", "answer", 30, 1_000) == 0

    def test_two_paused_chats_pause_all(self):
        windows = Windows()

        windows.pause("5", 3_000, 0)
        windows.pause("6", 4_000, 100)

        assert windows.ask("7", "answer", 30, 1_000) == 3_100


def pass_through(url, rate, story):
    async def run():
        limits = Limits(url, rate)
        task = asyncio.create_task(limits.run())
        try:
            return await story(limits)
        finally:
            task.cancel()
            await limits.close()

    return asyncio.run(run())


async def count_within(limits, seconds, *wishes):
    """How many of the wishes were granted in that time."""
    tasks = [asyncio.create_task(limits.wait_for(*wish)) for wish in wishes]
    done, waiting = await asyncio.wait(tasks, timeout=seconds)
    for task in waiting:
        task.cancel()
    return len(done)


@pytest.fixture(params=["redis", "alone"])
def url(request, tmp_path):
    if request.param == "alone":
        return f"unix://{tmp_path}/nothing.sock"
    return request.getfixturevalue("valkey")


SEND = "sendMessage"


def test_the_overall_limit_holds(url):
    async def story(limits):
        return await count_within(limits, 0.8, *[(SEND, n, Urgency.ANSWER) for n in range(1, 9)])

    assert pass_through(url, 5, story) == 5


def test_broadcasts_leave_room_for_answers(url):
    async def story(limits):
        broadcasts = await count_within(
            limits, 0.3, *[(SEND, n, Urgency.BROADCAST) for n in range(1, 21)]
        )
        answers = await count_within(
            limits, 0.3, *[(SEND, n, Urgency.ANSWER) for n in range(1, 21)]
        )
        return broadcasts, answers

    assert pass_through(url, 20, story) == (15, 5)


def test_a_group_is_held_to_20_a_minute(url):
    async def story(limits):
        return await count_within(limits, 0.8, *[(SEND, GROUP, Urgency.ANSWER)] * 25)

    assert pass_through(url, 1_000, story) == 20


def test_calls_that_are_no_messages_pass(url):
    async def story(limits):
        return await count_within(limits, 5, *[("answerCallbackQuery", None, Urgency.ANSWER)] * 9)

    assert pass_through(url, 1, story) == 9


def test_who_has_waited_gets_his_turn(url):
    async def story(limits):
        began = time.monotonic()
        await asyncio.gather(*(limits.wait_for(SEND, n, Urgency.ANSWER) for n in range(1, 8)))
        return time.monotonic() - began

    assert 0.9 < pass_through(url, 5, story) < 10


def test_a_pause_is_kept(url):
    async def story(limits):
        await limits.pause(5, 1.5)
        return (
            await count_within(limits, 0.8, (SEND, 5, Urgency.ANSWER), (SEND, 6, Urgency.ANSWER)),
            await count_within(limits, 5, (SEND, 5, Urgency.ANSWER)),
        )

    assert pass_through(url, 30, story) == (1, 1)


def test_two_processes_share_the_limit(valkey):
    async def story(limits):
        other = Limits(valkey, 10)
        task = asyncio.create_task(other.run())
        wishes = [(SEND, n, Urgency.ANSWER) for n in range(1, 11)]
        counts = await asyncio.gather(
            count_within(limits, 0.8, *wishes), count_within(other, 0.8, *wishes)
        )
        task.cancel()
        await other.close()
        return sum(counts)

    assert pass_through(valkey, 10, story) == 10


@pytest.mark.slow
def test_redis_goes_and_comes_back(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("botrunner.limits.REDIS_RETRY_SECONDS", 0.2)
    caplog.set_level("INFO")

    async def story(limits):
        async def ask():
            return await count_within(limits, 10, (SEND, 1, Urgency.ANSWER))

        with servers.valkey(folder):
            during = await ask()
        without = await ask()
        await asyncio.sleep(0.3)
        with servers.valkey(folder):
            after = await ask()
        return during, without, after

    folder = tmp_path / "v"
    folder.mkdir()
    with servers.valkey(folder) as address:
        pass
    assert pass_through(address, 100, story) == (1, 1, 1)
    assert "limits hold per process" in caplog.text
    assert "shared again" in caplog.text
