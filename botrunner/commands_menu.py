"""Publishes the list of commands that Telegram shows, per scope and language.

Telegram is asked what it shows already and told only what differs.
"""

import asyncio
import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import translation
from django.utils.translation import gettext as _
from telegram.error import TelegramError

from accounts.selectors import language_of, list_staff_members
from botrunner.faults import log_fault
from botrunner.router import COMMANDS
from botrunner.routes.command import Command
from botrunner.threads import DatabaseThread
from botrunner.transport import BotApi, wait_or_stop
from botrunner.verdicts import describe

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 60.0
PRIVATE = {"type": "all_private_chats"}
GROUPS = {"type": "all_group_chats"}

Listing = list[dict[str, str]]


class CommandsMenu:
    def __init__(self, api: BotApi, database: DatabaseThread) -> None:
        self._api = api
        self._database = database
        # What Telegram shows, by scope and language, as far as we have asked or told.
        self._shown: dict[tuple[str, str], Listing] = {}
        self._failed = ""

    async def run(self, stop: asyncio.Event) -> None:
        """At the start, and again so that newly linked staff get their commands."""
        while not stop.is_set():
            try:
                await self.publish()
                self._failed = ""
            except TelegramError as error:
                # Not worth a line a minute while Telegram is away.
                if describe(error) != self._failed:
                    self._failed = describe(error)
                    logger.warning("the list of commands was not published: %s", self._failed)
            except (DatabaseError, InterfaceError) as error:
                log_fault("the commands of staff wait for the database", error)
            await wait_or_stop(stop, REFRESH_SECONDS)

    async def publish(self) -> None:
        for language, listings in build_listings().items():
            for scope, listing in listings:
                await self._show(scope, language, listing)
            await self._describe(language)
        for scope, listing in await self._database.run(build_staff_listings):
            await self._show(scope, "", listing)

    async def _show(self, scope: dict[str, Any], language: str, listing: Listing) -> None:
        key = (f"{scope['type']}{scope.get('chat_id', '')}", language)
        params = {"scope": scope} | ({"language_code": language} if language else {})
        try:
            if key not in self._shown:
                self._shown[key] = await self._api.call("getMyCommands", params)
            if self._shown[key] != listing:
                await self._api.call("setMyCommands", params | {"commands": listing})
                self._shown[key] = listing
        except TelegramError as error:
            if "chat_id" not in scope:
                raise
            # A staff member who has blocked the bot must not keep the others waiting.
            self._shown[key] = listing
            logger.info("no staff commands for one chat: %s", describe(error))

    async def _describe(self, language: str) -> None:
        key = ("short_description", language)
        params = {"language_code": language} if language else {}
        text = build_description(language)
        if key not in self._shown:
            found = await self._api.call("getMyShortDescription", params)
            self._shown[key] = [found]
        if self._shown[key] != [{"short_description": text}]:
            await self._api.call("setMyShortDescription", params | {"short_description": text})
            self._shown[key] = [{"short_description": text}]


def build_listings() -> dict[str, list[tuple[dict[str, Any], Listing]]]:
    """By language code; "" is what speakers of other languages see."""
    everyone = [command for command in COMMANDS if command.is_listed and not command.permission]
    in_groups = [command for command in everyone if command.in_groups]
    listings = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            language = "" if code == "en" else code
            listings[language] = [(PRIVATE, _list(everyone)), (GROUPS, _list(in_groups))]
    return listings


def build_staff_listings() -> list[tuple[dict[str, Any], Listing]]:
    """For each linked staff member's own chat: everything he may do, in his language."""
    listings = []
    for member in list_staff_members():
        user = member.staff_user
        assert user is not None
        allowed = [
            command
            for command in COMMANDS
            if command.is_listed and (not command.permission or user.has_perm(command.permission))
        ]
        with translation.override(language_of(member)):
            listings.append(({"type": "chat", "chat_id": member.telegram_id}, _list(allowed)))
    return listings


def build_description(language: str) -> str:
    with translation.override(language or "en"):
        return _("Your community's points, VIP and phone numbers. Press Start.")


def _list(commands: list[Command]) -> Listing:
    return [{"command": c.name, "description": str(c.summary)} for c in commands]
