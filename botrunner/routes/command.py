"""What the tables of routes are made of."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from botrunner.replies import Reply
from botrunner.requests import Request

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
    # The heading in /help: points, games, vip, numbers, you or staff.
    topic: str = "you"
    # Left out of Telegram's menu and /help: aliases of habit, technical commands.
    is_listed: bool = True
