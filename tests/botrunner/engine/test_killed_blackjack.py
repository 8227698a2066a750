"""A bot that is killed while a blackjack table waits for its player."""

import asyncio

import pytest
from django.utils import timezone

from accounts.models import Member
from accounts.services import SYSTEM
from botrunner.sandbox import members
from points.models import Game, Seat
from points.services import verify_ledger
from tests.botrunner.engine.bots import bot_process, fake_telegram, list_texts, wait_until
from tests.concurrency import call_aside
from tests.points.games.blackjack_tables import sit_down

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Chat:
    """What a member sees and presses."""

    def __init__(self, state, person):
        self.state = state
        self.person = person

    @property
    def last(self):
        return list(self.state.chats[self.person].messages.values())[-1]

    def buttons(self):
        """Their data by the second word of the label: the first is a picture."""
        rows = self.last.get("reply_markup", {}).get("inline_keyboard", [])
        labels = {button["text"]: button["callback_data"] for row in rows for button in row}
        return {text.split()[1]: data for text, data in labels.items() if " " in text}

    def press(self, label):
        members.press_button(
            self.state,
            chat_id=self.person,
            user_id=self.person,
            message_id=self.last["message_id"],
            data=self.buttons()[label],
        )

    def say(self, text):
        members.send_text(self.state, chat_id=self.person, user_id=self.person, text=text)

    async def sit_down(self):
        """At a table that is not over as it is dealt."""
        self.say("/start")
        await wait_until(lambda: "Games" in self.buttons(), "the menu")
        await call_aside(self.deal)
        self.say("/blackjack")
        await wait_until(lambda: "Stand" in self.buttons(), "the table")

    def deal(self):
        sit_down(Member.objects.get(telegram_id=self.person), now=timezone.now())

    def is_told(self, words) -> bool:
        return any(words in text for text in list_texts(self.state, self.person))


async def wait_until_over():
    while await call_aside(Game.objects.filter(state=Game.State.PLAYING).exists):
        await asyncio.sleep(0.05)


def end_time() -> int:
    return Game.objects.filter(state=Game.State.PLAYING).update(due_at=timezone.now())


def check_books():
    assert not Seat.objects.filter(outcome="").exists()
    assert verify_ledger(actor=SYSTEM, now=timezone.now()).faults == []


def test_a_table_survives_a_kill_and_is_played_to_its_end():
    async def story():
        async with fake_telegram(1) as (server, [person]):
            chat = Chat(server.state, person)
            with bot_process(server):
                await chat.sit_down()
            chat.press("Stand")
            with bot_process(server):
                await asyncio.wait_for(wait_until_over(), 30)

    asyncio.run(story())

    assert Game.objects.latest("id").choices == {"moves": ["stand"]}
    check_books()


def test_a_table_whose_time_ran_out_while_no_bot_ran_is_ended_by_the_next():
    async def story():
        async with fake_telegram(1) as (server, [person]):
            chat = Chat(server.state, person)
            with bot_process(server):
                await chat.sit_down()
            assert await call_aside(end_time) == 1
            with bot_process(server):
                await wait_until(lambda: chat.is_told("so you stood"), "word of its end")

    asyncio.run(story())

    check_books()
