"""/top: the ten richest members, and one's own place below them."""

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.selectors import leaders, rank_of
from vip.selectors import list_vips

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def show(request: Request) -> Reply:
    found = leaders()
    vips = list_vips([leader.member.pk for leader in found], request.now)
    rows = [
        {
            "place": MEDALS.get(leader.rank, f"{leader.rank}."),
            "leader": leader,
            "is_vip": leader.member.pk in vips,
            "is_own": leader.member.pk == request.member.pk,
        }
        for leader in found
    ]
    balance = request.member.wallet.balance
    own_rank = None
    if not any(row["is_own"] for row in rows):
        own_rank = rank_of(request.member, balance)
    text = render("top/top", rows=rows, own_rank=own_rank, balance=balance, member=request.member)
    keyboard = [[Button(_("💰 Points"), "points")], home_row()]
    return Reply(text=text, keyboard=keyboard if request.is_private else ())
