import asyncio

import pytest
from django.contrib.auth.models import Permission, User
from django.db import InterfaceError, OperationalError

from botrunner import commands_menu
from botrunner.commands_menu import CommandsMenu, build_listings, build_staff_listings
from botrunner.router import COMMANDS
from botrunner.sandbox.server import SandboxServer
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi
from tests.botrunner.engine.bots import wait_until
from tests.factories import make_member


class CountingApi(BotApi):
    def __init__(self, *args):
        super().__init__(*args)
        self.methods = []

    async def call(self, method, params=None, **more):
        self.methods.append(method)
        return await super().call(method, params, **more)


def publish(times=1, fresh_memory=True):
    """Returns the commands Telegram shows and the methods called in the last round."""

    async def run():
        async with SandboxServer() as server, CountingApi(server.token, server.url) as api:
            database = DatabaseThread("test")
            menu = CommandsMenu(api, database)
            for _ in range(times):
                if fresh_memory:
                    menu = CommandsMenu(api, database)
                api.methods.clear()
                await menu.publish()
            database.close()
            return dict(server.state.commands), list(api.methods)

    return asyncio.run(run())


def names(listing):
    return {entry["command"] for entry in listing}


def test_each_language_has_its_words():
    listings = build_listings()

    assert set(listings) == {"", "fr", "ru", "ar"}
    assert all(len(scopes) == 2 for scopes in listings.values())


def test_no_staff_command_is_shown_to_everybody():
    staff = {command.name for command in COMMANDS if command.permission}

    for scopes in build_listings().values():
        for _, listing in scopes:
            assert not names(listing) & staff


def test_groups_see_only_what_works_in_groups():
    [(_, private), (_, groups)] = build_listings()[""]

    assert names(groups) == names(private) & {c.name for c in COMMANDS if c.in_groups}


@pytest.mark.django_db(transaction=True)
def test_the_menu_is_published_once():
    shown, first = publish()
    assert "setMyCommands" in first
    assert len(shown) == 8

    _, second = publish(times=2)
    assert not [method for method in second if method.startswith("set")]


@pytest.mark.django_db(transaction=True)
def test_a_second_look_of_the_same_process_asks_nothing():
    _, methods = publish(times=2, fresh_memory=False)

    assert methods == []


@pytest.mark.django_db
def test_staff_see_the_commands_they_may_use():
    staff_command = next(command for command in COMMANDS if command.permission)
    app_label, codename = staff_command.permission.split(".")
    user = User.objects.create_user("junior", is_staff=True)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label=app_label, codename=codename)
    )
    member = make_member(staff_user=user)

    [(scope, listing)] = build_staff_listings()

    assert scope == {"type": "chat", "chat_id": member.telegram_id}
    allowed = {c.name for c in COMMANDS if c.permission in ("", staff_command.permission)}
    assert names(listing) == {c.name for c in COMMANDS if c.name in allowed and c.is_listed}


@pytest.mark.django_db
def test_a_dismissed_staff_user_has_no_staff_commands():
    make_member(staff_user=User.objects.create_user("gone", is_staff=True, is_active=False))

    assert build_staff_listings() == []


class SilentApi:
    """Knows of no commands, and takes whatever it is told."""

    async def call(self, method, params=None, **more):
        return [] if method.startswith("get") else True


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_does_not_end_the_bot(monkeypatch, error):
    tries = []

    def fail():
        tries.append(1)
        raise error

    async def run():
        stop, database = asyncio.Event(), DatabaseThread("test")
        task = asyncio.create_task(CommandsMenu(SilentApi(), database).run(stop))
        await wait_until(lambda: len(tries) > 1, "a second try")
        stop.set()
        await task
        database.close()

    monkeypatch.setattr(commands_menu, "REFRESH_SECONDS", 0.01)
    monkeypatch.setattr(commands_menu, "build_staff_listings", fail)
    asyncio.run(run())
