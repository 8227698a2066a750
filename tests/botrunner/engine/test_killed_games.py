"""A bot that is killed while members wait for each other: the next one ends their games."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner.models import Card
from botrunner.sandbox import members
from points.models import Game
from tests.botrunner.engine.bots import bot_process, end_kindly, fake_telegram, wait_until
from tests.concurrency import call_aside

pytestmark = pytest.mark.django_db(transaction=True)

GROUP = -1_001_234
LATER = timedelta(hours=1)


def last_of(state, chat_id):
    """The bot's last message of a chat."""
    written = [m for m in state.chats[chat_id].messages.values() if m["from"] == state.bot]
    return written[-1] if written else {"text": ""}


async def see(state, chat_id, words, process):
    await wait_until(
        lambda: words in last_of(state, chat_id)["text"], f"{words} in {chat_id}", process=process
    )
    return last_of(state, chat_id)


async def press(state, chat_id, user_id, words, process):
    """Presses the first button of the message with these words."""
    message = await see(state, chat_id, words, process)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    members.press_button(
        state, chat_id=chat_id, user_id=user_id, message_id=message["message_id"], data=data
    )


def is_noted(chat_id):
    """The sender does so right after the call; killed between, it would send another message."""
    return Card.objects.filter(chat_id=chat_id).exists()


async def set_their_end(span):
    games = Game.objects.filter(due_at__isnull=False)
    await call_aside(lambda: games.update(due_at=timezone.now() + span))


def test_the_next_bot_ends_games_on_the_cards_that_the_killed_one_showed():
    async def story():
        async with fake_telegram(2) as (server, (ann, boris)):
            state = server.state
            state.add_group(GROUP, "Group", [ann, boris])
            with bot_process(server) as killed:
                members.send_text(state, chat_id=boris, user_id=boris, text="/points")
                await see(state, boris, "25", killed)
                members.send_text(state, chat_id=GROUP, user_id=ann, text="/pot 5")
                await press(state, GROUP, ann, "Everybody here can join", killed)
                pot = await see(state, GROUP, "One takes it all", killed)
                # However slow the machine is: the killed one ends none of them itself.
                await set_their_end(LATER)
                members.send_text(state, chat_id=ann, user_id=ann, text=f"/duel {boris} 5")
                await press(state, ann, ann, "An even chance", killed)
                asked = await see(state, boris, "to answer", killed)
                await set_their_end(LATER)
                standing = await see(state, ann, "to answer", killed)
                while not await call_aside(is_noted, boris):
                    assert killed.poll() is None
                    await asyncio.sleep(0.02)
            await set_their_end(timedelta())
            with bot_process(server) as process:
                ended = [
                    await see(state, GROUP, "Nobody else joined", process),
                    await see(state, ann, "did not answer in time", process),
                    await see(state, boris, "did not answer in time", process),
                ]
                await end_kindly(process)
            before = [message["message_id"] for message in (pot, standing, asked)]
            assert [message["message_id"] for message in ended] == before

    asyncio.run(story())

    assert set(Game.objects.values_list("state", flat=True)) == {"refunded"}
