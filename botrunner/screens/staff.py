"""What the people in charge find in the bot: their link, their commands, switching groups on."""

from django.utils.translation import gettext as _

from accounts.services import bot_actor, link_staff, set_chat_enabled, unlink_staff
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.screens import help as help_screen
from botrunner.screens.import_file import PERMISSION as IMPORT
from botrunner.screens.publish import PERMISSION as PUBLISH


def show(request: Request) -> Reply:
    """The staff's commands that this member may give. Shown to staff only."""
    if not request.is_staff:
        return show_link(request)
    commands = [command for command in help_screen.list_allowed(request) if command.permission]
    text = render(
        "staff/staff",
        user=request.member.staff_user,
        commands=commands,
        may_publish=request.may(PUBLISH),
        may_import=request.may(IMPORT),
    )
    return Reply(text=text, keyboard=[[Button(_("🔗 My link"), "staff.link")], home_row()])


def link(request: Request) -> Reply:
    """`/link CODE` with the code from the dashboard; alone it shows how things stand."""
    if not request.words:
        return show_link(request)
    user = link_staff(
        member_id=request.member.pk, code="".join(request.words)[:64], now=request.now
    )
    if user is None:
        return Reply(text=render("staff/wrong_code"), keyboard=[home_row()])
    request.member.staff_user = user
    keyboard = [[Button(_("🛠 Staff"), "staff")], home_row()]
    return Reply(text=render("staff/linked", user=user), keyboard=keyboard)


def unlink(request: Request) -> Reply:
    if request.member.staff_user is not None:
        unlink_staff(member_id=request.member.pk, actor=bot_actor(request.member))
        request.member.staff_user = None
    return show_link(request)


def enable_chat(request: Request) -> Reply:
    return _switch_chat(request, is_enabled=True)


def disable_chat(request: Request) -> Reply:
    return _switch_chat(request, is_enabled=False)


def _switch_chat(request: Request, *, is_enabled: bool) -> Reply:
    if request.is_private:
        return Reply(text=render("staff/groups_only"), keyboard=[home_row()])
    set_chat_enabled(
        telegram_id=request.chat_id, is_enabled=is_enabled, actor=bot_actor(request.member)
    )
    return Reply(text=render("staff/chat_enabled" if is_enabled else "staff/chat_disabled"))


def show_link(request: Request) -> Reply:
    user = request.member.staff_user
    keyboard = [back_row("staff") if request.is_staff else home_row()]
    if user is not None:
        keyboard.insert(0, [Button(_("✂️ Unlink"), "staff.unlink")])
    return Reply(text=render("staff/link", user=user), keyboard=keyboard)
