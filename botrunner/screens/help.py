"""/help: what this member may do, read from the table of commands, so it cannot go stale."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.identity import me
from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request

if TYPE_CHECKING:
    from botrunner.routes.command import Command


def show(request: Request) -> Reply:
    if not request.is_private:
        return _in_group(request)
    topics = [
        (title, found)
        for topic, title in _titles().items()
        if (found := [command for command in list_allowed(request) if command.topic == topic])
    ]
    return Reply(text=render("help/help", topics=topics), keyboard=[home_row()])


def list_allowed(request: Request) -> list["Command"]:
    """The listed commands that this member may give in this kind of chat."""
    # The table names this module's screens: it can be read only once it is made.
    from botrunner.router import COMMANDS

    return [
        command
        for command in COMMANDS
        if command.is_listed
        and (request.is_private or command.in_groups)
        and (not command.permission or request.may(command.permission))
    ]


def _in_group(request: Request) -> Reply:
    commands = [command for command in list_allowed(request) if not command.permission]
    link = Button(_("Open our private chat"), url=me.start_link("cmd_help"))
    return Reply(text=render("help/group", commands=commands), keyboard=[[link]])


def _titles() -> dict[str, str]:
    return {
        "points": _("💰 Points"),
        "games": _("🎲 Games"),
        "vip": _("👑 VIP"),
        "numbers": _("📱 Numbers"),
        "you": _("👤 You and the bot"),
        "staff": _("🛠 Staff"),
    }
