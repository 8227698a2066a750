"""Every way into the bot, in three tables: commands, buttons, and answers to a question."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botrunner.replies import Reply
from botrunner.requests import Request
from botrunner.screens import home, vip

Screen = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as members type it. Staff commands show only to those who hold the permission."""

    name: str
    screen: Screen
    summary: str | Promise
    aliases: tuple[str, ...] = ()
    in_groups: bool = True
    permission: str = ""
    # Left out of Telegram's menu and /help: aliases of habit, technical commands.
    is_listed: bool = True


COMMANDS: tuple[Command, ...] = (
    Command(name="start", screen=home.start, summary=_("Open the menu"), in_groups=False),
    Command(name="vip", screen=vip.show, summary=_("Your VIP, and buying it")),
)

# Pressed buttons, by the route in their callback data.
BUTTONS: dict[str, Screen] = {
    "home": home.home,
    "vip": vip.show,
    "vip.plan": vip.show_plan,
    "vip.buy": vip.buy,
}

# The next text of a member who was asked a question, by the route of the question.
PROMPTS: dict[str, Screen] = {}

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def find_command(name: str) -> Command | None:
    return _BY_NAME.get(name.lower())
