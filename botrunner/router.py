"""Every way into the bot, in three tables: commands, buttons, and answers to a question.

The ways themselves stand in botrunner/routes/, a module an area.
"""

from collections.abc import Mapping

from botrunner.routes import games, home, numbers, points, staff, videos, vip, you
from botrunner.routes.command import Command, Screen


def _join(*tables: Mapping[str, Screen]) -> dict[str, Screen]:
    joined = {route: screen for table in tables for route, screen in table.items()}
    assert len(joined) == sum(map(len, tables)), "a route leads to one screen"
    return joined


# In the order of Telegram's menu.
COMMANDS: tuple[Command, ...] = (
    *home.COMMANDS,
    *points.COMMANDS,
    *games.COMMANDS,
    *vip.COMMANDS,
    *videos.COMMANDS,
    *numbers.COMMANDS,
    *you.COMMANDS,
    *staff.COMMANDS,
)
# Pressed buttons, by the route in their callback data.
BUTTONS = _join(
    home.BUTTONS,
    points.BUTTONS,
    games.BUTTONS,
    vip.BUTTONS,
    videos.BUTTONS,
    numbers.BUTTONS,
    you.BUTTONS,
    staff.BUTTONS,
)
# The next text of a member who was asked a question, by the route of the question.
PROMPTS = _join(points.PROMPTS, games.PROMPTS, vip.PROMPTS, you.PROMPTS, staff.PROMPTS)

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def find_command(name: str) -> Command | None:
    return _BY_NAME.get(name.lower())
