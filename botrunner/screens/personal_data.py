"""A member's own data: a copy as a file, and its deletion in two steps."""

from django.utils.translation import gettext as _

from accounts.services import delete_member, member_actor
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Attachment, Button, Reply, render
from botrunner.requests import Request
from botrunner.screens import home


def export(request: Request) -> Reply:
    attachment = Attachment("member_export", {"member_id": request.member.pk})
    return Reply(text=render("personal_data/export"), attachment=attachment, fresh=True)


def explain_deletion(request: Request) -> Reply:
    text = render("personal_data/explain", balance=request.member.wallet.balance)
    keyboard = [[Button(_("🗑 Go on"), "data.delete.ask")], back_row("settings")]
    return Reply(text=text, keyboard=keyboard)


def ask_again(request: Request) -> Reply:
    keyboard = [
        [Button(_("🗑 Delete everything now"), "data.delete.now", (request.member.pk,))],
        [Button(_("↩️ Keep my data"), "settings"), *home_row()],
    ]
    return Reply(text=render("personal_data/ask_again"), keyboard=keyboard)


def delete(request: Request) -> Reply:
    # A second press comes from a new member, whom the button does not mean.
    if request.args != (str(request.member.pk),):
        return home.show(request)
    delete_member(member_id=request.member.pk, actor=member_actor(request.member), now=request.now)
    return Reply(text=render("personal_data/deleted"))
