"""One trial: a fleet under load, faults one after the other, and what came of it.

Everything that may go wrong goes wrong here: processes are killed at random, Valkey and
PostgreSQL go away, Telegram refuses. Then the load ends, all processes are killed at once as
by a power cut, new ones finish what is left, and the books are compared.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from tests import servers
from tests.factories import make_member
from tests.factories.numbers import make_pool
from tests.factories.numbers import make_provider as make_sms_provider
from tests.trials import books
from tests.trials.crowd import FIRST_PERSON, Crowd, SmsProvider
from tests.trials.fleet import Fleet, Process
from tests.trials.telegram import Balancer, Telegram

T = TypeVar("T")
POINTS = 5_000
LEASE_PRICE = 3
SETTLE_SECONDS = 60.0
SECRET = "a-secret-of-the-trial"


@dataclass
class Plan:
    """`faults` are told the trial, one after the other, while the load goes on."""

    seed: int
    people: int
    seconds: float
    faults: "list[Callable[[Trial], Awaitable[None]]]"
    sizes: dict[str, int] = field(
        default_factory=lambda: {"bot": 3, "worker": 3, "web": 2, "cron": 2}
    )
    pause: tuple[float, float] = (0.1, 1.0)
    kill_pause: tuple[float, float] = (0.5, 2.0)
    file_lines: int = 60_000
    say: Callable[[str], None] = lambda words: None


class Trial:
    def __init__(self, plan: Plan, folder: Path, env: dict[str, str], valkey: servers.Valkey):
        self.plan, self.folder, self.env, self.valkey = plan, folder, env, valkey
        self.dice = random.Random(plan.seed)
        self.findings = books.Findings()
        # When the database went away and was back.
        self.away: list[tuple[float, float]] = []
        self.facts: dict[str, Any] = {}

    async def run(self) -> None:
        """Leaves what does not hold in `findings`, and what was done in `facts`."""
        async with AsyncExitStack() as stack:
            self.telegram = await stack.enter_async_context(Telegram())
            self.balancer = await stack.enter_async_context(Balancer(self._bots, self.dice))
            self.people = [FIRST_PERSON + number for number in range(self.plan.people)]
            slug, secret = await ask(self._fill)
            self._invite()
            env = self.env | {
                "TELEGRAM_TOKEN": self.telegram.token,
                "TELEGRAM_API_URL": self.telegram.url,
                "TELEGRAM_WEBHOOK_URL": self.balancer.url,
                "TELEGRAM_WEBHOOK_SECRET": SECRET,
                "TELEGRAM_MESSAGES_PER_SECOND": "1000",
                "REDIS_URL": self.valkey.url,
                "VAR_DIR": str(self.folder),
                "DJANGO_SETTINGS_MODULE": "project.settings",
            }
            self.fleet = stack.enter_context(
                Fleet(self.folder, env, self.telegram, self.plan.sizes)
            )
            self.provider = SmsProvider(
                slug, secret, self._webs, self.dice, _list_numbers, (0.05, 0.3)
            )
            self.crowd = Crowd(self.telegram, self.dice, self.people, self.plan.pause)
            await self._load()
            await self._finish()
            await ask(self._check)

    def say(self, words: str) -> None:
        self.plan.say(f"{time.monotonic() - self._began:6.1f} s  {words}")

    def pick(self, kind: str) -> Process:
        return self.dice.choice(self.fleet.of(kind))

    async def _load(self) -> None:
        self._began = time.monotonic()
        self.first_id = self.telegram.state.updates.next_id
        await self.fleet.start_all()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            restarts = tasks.create_task(self.fleet.keep_up())
            await self._wait_until_heard()
            provider = tasks.create_task(self.provider.run(stop))
            crowd = tasks.create_task(self.crowd.live())
            kills = tasks.create_task(self.fleet.kill_at_random(self.dice, self.plan.kill_pause))
            loading = time.monotonic()
            await ask(self._upload)
            pause = self.plan.seconds / (len(self.plan.faults) + 1)
            for fault in self.plan.faults:
                await asyncio.sleep(pause)
                await fault(self)
            await asyncio.sleep(pause)
            self.facts["seconds of load"] = round(time.monotonic() - loading)
            for task in (crowd, kills):
                task.cancel()
            stop.set()
            await provider
            await self._wait_until_delivered()
            restarts.cancel()

    async def _wait_until_heard(self) -> None:
        person = self.people[0]
        from botrunner.sandbox import members

        members.send_text(self.telegram.state, chat_id=person, user_id=person, text="/points")
        await _wait(lambda: self.telegram.heard[person] > 0, "a first answer")
        self.say("the fleet is up")

    async def _wait_until_delivered(self) -> None:
        await _wait(lambda: not self.telegram.state.updates.pending, "Telegram's last update")

    async def _finish(self) -> None:
        """All lights go out, and on again."""
        self.fleet.kill_all()
        self.say("all killed at once")
        began = time.monotonic()
        for process in self.fleet.processes:
            process.kept_down = False
        await self.fleet.start_all()
        restarts = asyncio.create_task(self.fleet.keep_up())
        await ask(_wake_jobs)
        while left := await ask(self._left):
            if time.monotonic() - began > SETTLE_SECONDS:
                self.findings.append(f"still to do after {SETTLE_SECONDS:.0f} s: {left}")
                break
            await asyncio.sleep(0.3)
        self.facts["seconds to settle"] = round(time.monotonic() - began, 1)
        restarts.cancel()
        self.say("settled")

    # In a thread of its own

    def _fill(self) -> tuple[str, str]:
        from numbers.models import NumbersSettings
        from points.models import PointsSettings
        from vip.models import Plan as VipPlan

        PointsSettings.objects.update_or_create(
            pk=1,
            defaults={
                "search_cooldown_seconds": 2, "search_item_percent": 0, "level_points": 0,
                "transfer_daily_max": 10**6,
            },
        )  # fmt: skip
        NumbersSettings.objects.update_or_create(
            pk=1, defaults={"leases_per_day": 1_000, "quarantine_minutes": 0}
        )
        VipPlan.objects.update(price=20)
        for person in self.people:
            make_member(telegram_id=person, first_name=f"P{person}", points=POINTS)
        make_pool(free=60, price=LEASE_PRICE, name="Trial")
        provider = make_sms_provider("trial")
        return provider.slug, provider.secret

    def _invite(self) -> None:
        for person in self.people:
            self.telegram.state.add_user(
                {"id": person, "first_name": f"P{person}", "language_code": "en"}
            )
            self.telegram.state.chats[person].bot_status = "member"

    def _upload(self) -> None:
        """A file that a worker takes a while to load: one of them is killed at it."""
        from accounts.services import SYSTEM
        from numbers.models import Pool
        from numbers.services import begin_import

        lines = "".join(f"+97155{n:07}\n" for n in range(self.plan.file_lines))
        job = begin_import(
            BytesIO(lines.encode()),
            pool=Pool(name="Upload", is_active=False),
            original_name="upload.csv",
            actor=SYSTEM,
            rights_confirmed=True,
            now=timezone.now(),
            bytes_max=10**9,
        )
        self.job_id = job.pk

    def _left(self) -> str:
        from numbers.models import BatchJob

        if not BatchJob.objects.filter(pk=self.job_id, done_at__isnull=False).exists():
            return "the file"
        return books.is_quiet()

    def _check(self) -> None:
        from numbers.models import Number

        found, telegram = self.findings, self.telegram
        next_id = telegram.state.updates.next_id
        books.check_updates(found, self.first_id, next_id)
        self.facts |= books.check_points(found, POINTS * len(self.people))
        books.check_numbers(found)
        books.check_sms(found, self.provider.sent, telegram.shown)
        excuses = books.Excuses(self.fleet.closed_at, self.away)
        again = books.check_messages(found, telegram, self.balancer, excuses)
        outbox = books.check_outbox(found)
        loaded = Number.objects.filter(pool__name="Upload").count()
        found.check(loaded == self.plan.file_lines, f"{loaded} lines of the file are numbers")
        self.facts |= {
            "updates": next_id - self.first_id,
            "SMS": len(self.provider.sent),
            "tries to deliver them": self.provider.tries,
            "messages no update asked for": outbox,
            "shown again": again,
            "killed": dict(self.fleet.killed),
            # Workers and crons do when they find no Redis; whatever runs them starts them again.
            "ended by themselves": dict(Counter(self.fleet.died)),
            "Telegram refused": dict(telegram.refused),
            "deliveries that failed": dict(self.balancer.refused),
            "SMS answers": dict(self.provider.answers),
        }

    def _bots(self) -> list[int]:
        return [process.port for process in self.fleet.of("bot")]

    def _webs(self) -> list[int]:
        return [process.port for process in self.fleet.of("web")]


async def ask(work: Callable[[], T]) -> T:
    """Database work off the loop, tried until the database is there."""

    def call() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    for attempt in range(100):
        try:
            return await asyncio.to_thread(call)
        except (DatabaseError, InterfaceError):
            if attempt == 99:
                raise
            await asyncio.sleep(0.2)
    raise AssertionError


def _wake_jobs() -> None:
    """What the schedule does when its minute comes: jobs whose worker died go on."""
    from numbers.models import BatchJob
    from numbers.services import wake_batch_worker

    for pk in BatchJob.objects.filter(done_at=None).values_list("pk", flat=True):
        wake_batch_worker(pk)


def _list_numbers() -> list[int]:
    from numbers.models import Lease

    try:
        live = Lease.objects.filter(ended_at=None, expires_at__gt=timezone.now())
        return list(live.values_list("number__e164", flat=True))
    except (DatabaseError, InterfaceError):
        return []
    finally:
        connections.close_all()


async def _wait(is_so: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        await asyncio.sleep(0.05)


# Faults


def stop_valkey(seconds: float) -> Callable[[Trial], Awaitable[None]]:
    """It hangs: connections stay open and nothing is answered."""

    async def fault(trial: Trial) -> None:
        trial.say(f"Valkey hangs for {seconds:.0f} s")
        trial.valkey.server.send_signal(signal.SIGSTOP)
        try:
            await _watch(trial, "Valkey hung", seconds)
        finally:
            trial.valkey.server.send_signal(signal.SIGCONT)

    return fault


def kill_valkey(seconds: float) -> Callable[[Trial], Awaitable[None]]:
    async def fault(trial: Trial) -> None:
        trial.say(f"Valkey is killed, and away for {seconds:.0f} s")
        await asyncio.to_thread(trial.valkey.end, signal.SIGKILL)
        try:
            await _watch(trial, "Valkey away", seconds)
        finally:
            await asyncio.to_thread(trial.valkey.start)

    return fault


def refuse(seconds: float) -> Callable[[Trial], Awaitable[None]]:
    """Telegram answers 502, hangs up, asks to wait, and takes some calls without saying so."""

    async def fault(trial: Trial) -> None:
        trial.say(f"Telegram is in trouble for {seconds:.0f} s")
        kinds = [
            {"method": "*", "times": 20, "code": 502},
            {"method": "*", "times": 5, "drop": True},
            {"method": "sendmessage", "times": 3, "retry_after": 1},
            {"method": "sendmessage", "times": 2, "drop": True, "done": True},
            {"method": "*", "times": 10**6, "code": 500},
        ]
        end = time.monotonic() + seconds
        try:
            for kind in kinds:
                trial.telegram.context.set_faults([kind])
                await asyncio.sleep(max(0.0, (end - time.monotonic()) / 3))
        finally:
            trial.telegram.context.set_faults([])

    return fault


async def _watch(trial: Trial, what: str, seconds: float) -> None:
    """Members must be answered all the while."""
    before = sum(trial.telegram.heard.values())
    await asyncio.sleep(seconds)
    answers = sum(trial.telegram.heard.values()) - before
    trial.facts[f"answers while {what}"] = answers
    trial.findings.check(answers, f"nobody was answered while {what}")
