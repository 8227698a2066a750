"""/invites: the member's link, how many came by it, and who invited most."""

from django.utils.translation import gettext as _

from accounts.selectors import top_inviters
from botrunner.identity import me
from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import share_link
from points.selectors import get_settings


def show(request: Request) -> Reply:
    link = me.start_link(f"ref_{request.member.referral_code}")
    text = render(
        "invites/invites",
        member=request.member,
        link=link,
        amount=get_settings().referral_points,
        inviters=top_inviters(),
    )
    keyboard = [
        [Button(_("📋 Copy the link"), copy=link)],
        [Button(_("📨 Share it"), url=share_link(link, _("Join me in this community!")))],
        home_row(),
    ]
    return Reply(text=text, keyboard=keyboard)
