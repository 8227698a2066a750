"""/points: a balance, one's own or another's."""

from django.utils.translation import gettext as _

from botrunner.addressees import read_addressee
from botrunner.keyboards import home_row, stars_rows
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request


def show(request: Request) -> Reply:
    member, _rest = read_addressee(request)
    member = member or request.member
    is_own = member.pk == request.member.pk
    text = render(
        "points/balance",
        member=member,
        balance=member.wallet.balance,
        is_own=is_own,
        is_frozen=is_own and member.is_frozen,
    )
    if not request.is_private:
        return Reply(text=text)
    if not is_own:
        return Reply(text=text, keyboard=[[_send_to(member.pk)], home_row()])
    keyboard = [
        [Button(_("🎁 Daily bonus"), "daily"), Button(_("💸 Send points"), "send")],
        [Button(_("🧾 History"), "history"), Button(_("🏆 Leaderboard"), "top")],
        *stars_rows(),
        home_row(),
    ]
    return Reply(text=text, keyboard=keyboard)


def _send_to(member_id: int) -> Button:
    return Button(_("💸 Send points"), "send.amounts", (member_id,))
