"""A bot that is killed again and again while a group plays: each stake has one end."""

import asyncio
import random
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from accounts.services import SYSTEM
from botrunner.models import InboxUpdate
from botrunner.sandbox import members
from botrunner.sandbox.errors import ControlError
from botrunner.sandbox.server import SandboxServer
from botrunner.sandbox.state import State
from points.models import Entry, Game, Seat
from points.services import verify_ledger
from tests.botrunner.engine.bots import bot_process, end_kindly, fake_telegram, wait_until
from tests.concurrency import call_aside
from tests.factories import make_member

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GROUP = -1_001_777
PEOPLE = 8
KILLS = 3
ACTS_PER_LIFE = 50
ACTS_MAX = 1_000
# Most in private: a group may be sent twenty messages a minute.
ACTS_PER_ACT_IN_GROUP = 15
# What waits for somebody when the process is killed.
WAITING = {"blackjack", "duel", "pot"}
COMMANDS = ("/slots 5", "/roulette 5 red", "/blackjack 5", "/duel {} 5", "/rps {} 5")
PLAYS = (
    *("slots.spin", "roulette.spin", "blackjack.deal", "blackjack.hit", "blackjack.stand"),
    *("duel.go", "rps.go", "rps.choose", "challenge.accept", "pot.open", "pot.join"),
)


class Crowd:
    """People who write commands and press whatever button they see that plays a game."""

    def __init__(self, state: State, people: list[int], dice: random.Random) -> None:
        self.state, self.people, self.dice = state, people, dice
        self.opener = people[0]

    def act(self) -> None:
        person = self.dice.choice(self.people)
        if self.dice.random() < 0.5 and self._press(person, person):
            return
        other = self.dice.choice([one for one in self.people if one != person])
        self._say(person, person, self.dice.choice(COMMANDS).format(other))

    def act_in_group(self) -> None:
        """Who asked for the pot's card opens it; others join."""
        person = self.dice.choice((self.opener, *self.people))
        if self.dice.random() < 0.4 or not self._press(person, GROUP):
            self.opener = self.dice.choice(self.people)
            self._say(self.opener, GROUP, "/pot 5")

    def _say(self, person: int, chat_id: int, text: str) -> None:
        members.send_text(self.state, chat_id=chat_id, user_id=person, text=text)

    def _press(self, person: int, chat_id: int) -> bool:
        """Twice in a row now and then, as a second tap."""
        buttons = list(self._buttons(chat_id))
        if not buttons:
            return False
        message_id, data = self.dice.choice(buttons[-4:])
        try:
            for _ in range(self.dice.choice((1, 1, 2))):
                members.press_button(
                    self.state, chat_id=chat_id, user_id=person, message_id=message_id, data=data
                )
        except ControlError:
            return False
        return True

    def _buttons(self, chat_id: int) -> Iterator[tuple[int, str]]:
        for message in list(self.state.chats[chat_id].messages.values()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    data = button.get("callback_data", "")
                    if data.startswith(PLAYS):
                        yield message["message_id"], data


async def wait_for(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await call_aside(is_so):
            await asyncio.sleep(0.1)


def seat_people(people: list[int]) -> None:
    for telegram_id in people:
        make_member(telegram_id=telegram_id, first_name=f"P{telegram_id}", points=1_000)


def list_unfinished() -> list[str]:
    return list(Game.objects.filter(due_at__isnull=False).values_list("kind", flat=True))


def is_all_handled() -> bool:
    return not InboxUpdate.objects.filter(state=InboxUpdate.State.WAITING).exists()


def end_their_time() -> None:
    Game.objects.filter(due_at__isnull=False).update(due_at=timezone.now())


async def live_and_die(server: SandboxServer, crowd: Crowd) -> None:
    """One process: a crowd plays until games wait, and on while it is killed."""
    with bot_process(server):
        crowd.act()
        await wait_until(lambda: not server.state.updates.pending, "the process to listen")
        for number in range(ACTS_MAX):
            crowd.act()
            if number % ACTS_PER_ACT_IN_GROUP == 0:
                crowd.act_in_group()
            await asyncio.sleep(crowd.dice.uniform(0, 0.06))
            if number >= ACTS_PER_LIFE and set(await call_aside(list_unfinished)) >= WAITING:
                break
        for _ in range(crowd.dice.randrange(20)):
            crowd.act()


async def play_and_kill(dice: random.Random) -> set[str]:
    """Returns the kinds of the games that waited for somebody as a process was killed."""
    waited: set[str] = set()
    async with fake_telegram(PEOPLE) as (server, people):
        server.state.add_group(GROUP, "Group", people)
        await call_aside(lambda: seat_people(people))
        crowd = Crowd(server.state, people, dice)
        for _ in range(KILLS):
            await live_and_die(server, crowd)
            waited |= set(await call_aside(list_unfinished))
        with bot_process(server) as process:
            await wait_until(lambda: not server.state.updates.pending, "the last updates")
            await wait_for(is_all_handled)
            await call_aside(end_their_time)
            await wait_for(lambda: not list_unfinished())
            await end_kindly(process)
    return waited


def test_each_stake_has_one_end_however_often_the_bot_is_killed():
    waited = asyncio.run(play_and_kill(random.Random(20_26)))

    assert waited >= WAITING
    assert Game.objects.filter(state=Game.State.SETTLED).count() > 20
    assert not Seat.objects.filter(outcome="").exists()
    assert verify_ledger(actor=SYSTEM, now=timezone.now()).faults == []
    # What was taken is what the seats name; the ledger check has found each one's end.
    stakes = Entry.objects.filter(kind=Entry.Kind.GAME_STAKE, key__endswith=":stake")
    assert stakes.count() == Seat.objects.count()
