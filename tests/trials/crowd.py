"""The load of a trial: members who write and press, and a provider whose SMS come in."""

import asyncio
import hmac
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import aiohttp
from django.utils import timezone

from botrunner.sandbox import members
from botrunner.sandbox.errors import ControlError
from tests.trials.telegram import Telegram

ANSWER_SECONDS = 2.0
FIRST_PERSON = 930_000_001


@dataclass
class Crowd:
    telegram: Telegram
    dice: random.Random
    people: list[int]
    pause: tuple[float, float]
    did: Counter[str] = field(default_factory=Counter)

    async def live(self) -> None:
        """Until it is cancelled."""
        await asyncio.gather(*(self._live(person) for person in self.people))

    async def _live(self, person: int) -> None:
        acts: list[Callable[[int], Awaitable[None]]] = [
            self._search, self._search, self._send, self._send, self._send,
            self._play, self._play, self._buy_vip, self._number, self._number,
        ]  # fmt: skip
        while True:
            await asyncio.sleep(self.dice.uniform(*self.pause))
            act = self.dice.choice(acts)
            self.did[act.__name__.strip("_")] += 1
            await act(person)

    async def _search(self, person: int) -> None:
        await self._say(person, "/search")

    async def _send(self, person: int) -> None:
        other = self.dice.choice([one for one in self.people if one != person])
        note = f"n{self.dice.getrandbits(40)}"
        await self._say(person, f"/send {other} {self.dice.randint(1, 9)} {note}")
        # A double tap is two updates.
        await self._press(person, "Confirm", taps=self.dice.choice((1, 1, 2)))

    async def _play(self, person: int) -> None:
        await self._say(person, "/slots 5")
        for _ in range(self.dice.randint(1, 3)):
            await self._press(person, "Spin")

    async def _buy_vip(self, person: int) -> None:
        await self._say(person, "/vip")
        await self._press(person, "day")
        await self._press(person, "Confirm")

    async def _number(self, person: int) -> None:
        await self._say(person, "/status")
        if self.dice.random() < 0.5 and await self._press(person, "Release"):
            return
        await self._say(person, "/countries")
        if await self._press(person, "free"):
            await self._press(person, "Confirm")

    async def _say(self, person: int, text: str) -> None:
        heard = self.telegram.heard[person]
        members.send_text(self.telegram.state, chat_id=person, user_id=person, text=text)
        await self._wait(person, heard)

    async def _press(self, person: int, label: str, *, taps: int = 1) -> bool:
        found = self._find_button(person, label)
        if found is None:
            return False
        heard = self.telegram.heard[person]
        for _ in range(taps):
            try:
                members.press_button(
                    self.telegram.state,
                    chat_id=person, user_id=person, message_id=found[0], data=found[1],
                )  # fmt: skip
            except ControlError:
                return False
        await self._wait(person, heard)
        return True

    def _find_button(self, person: int, label: str) -> tuple[int, str] | None:
        """Of the newest message that has one."""
        for message in reversed(list(self.telegram.state.chats[person].messages.values())):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"] and "callback_data" in button:
                        return message["message_id"], button["callback_data"]
            if message["from"]["id"] == person:
                return None
        return None

    async def _wait(self, person: int, heard: int) -> None:
        """Nobody waits for ever: after a while he does something else."""
        end = time.monotonic() + ANSWER_SECONDS
        while self.telegram.heard[person] == heard and time.monotonic() < end:
            await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Sms:
    message_id: str
    to: int
    text: str
    received_at: Any


@dataclass
class SmsProvider:
    """Delivers as providers do: to one address, again and again until it is taken."""

    slug: str
    secret: str
    ports: Callable[[], list[int]]
    dice: random.Random
    list_numbers: Callable[[], list[int]]
    pause: tuple[float, float]
    sent: list[Sms] = field(default_factory=list)
    tries: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    async def run(self, stop: asyncio.Event) -> None:
        """Returns when all that were sent before `stop` have been taken."""
        timeout = aiohttp.ClientTimeout(total=8)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            asyncio.TaskGroup() as deliveries,
        ):
            while not stop.is_set():
                await asyncio.sleep(self.dice.uniform(*self.pause))
                numbers = await asyncio.to_thread(self.list_numbers)
                if numbers:
                    serial = len(self.sent) + 1
                    sms = Sms(
                        f"sms-{serial}",
                        self.dice.choice(numbers),
                        f"Your code is {100_000 + serial}",
                        timezone.now(),
                    )
                    self.sent.append(sms)
                    deliveries.create_task(self._deliver(session, sms))

    async def _deliver(self, session: aiohttp.ClientSession, sms: Sms) -> None:
        fields = {
            "id": sms.message_id,
            "to": f"+{sms.to}",
            "from": "Shop",
            "text": sms.text,
            "received_at": sms.received_at.isoformat(),
        }
        body = json.dumps(fields).encode()
        signature = "sha256=" + hmac.new(self.secret.encode(), body, sha256).hexdigest()
        # Every tenth is told twice, as some providers do.
        left = 2 if self.dice.random() < 0.1 else 1
        while left:
            self.tries += 1
            port = self.dice.choice(self.ports())
            url = f"http://127.0.0.1:{port}/sms/generic/{self.slug}/"
            try:
                async with session.post(
                    url, data=body, headers={"X-Signature": signature}
                ) as response:
                    self.answers[str(response.status)] += 1
                    if response.status == 200:
                        left -= 1
                        continue
            except (aiohttp.ClientError, TimeoutError) as error:
                self.answers[type(error).__name__] += 1
            await asyncio.sleep(0.3)
