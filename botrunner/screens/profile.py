"""/profile: what a member has reached, one's own or another's."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.addressees import read_addressee
from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.selectors import Board, level_of_xp, play_totals, provider_of, standing_of
from vip.selectors import is_vip

if TYPE_CHECKING:
    from accounts.models import Member


def show(request: Request) -> Reply:
    other, _rest = read_addressee(request)
    member = other or request.member
    xp = standing_of(member, Board.XP)
    provider = provider_of(member.pk)
    text = render(
        "profile/profile",
        member=member,
        points=standing_of(member),
        xp=xp,
        level=level_of_xp(xp.score),
        is_vip=_is_vip(request, member),
        games=play_totals(member.pk),
        invites=standing_of(member, Board.INVITES),
        provider=provider,
        vouches=standing_of(member, Board.VOUCHES) if provider else None,
    )
    if not request.is_private:
        return Reply(text=text)
    vouches = Button(_("⭐ Vouches"), "vouches", (provider.pk,) if provider else ())
    keyboard = [
        [Button(_("🎖 Level"), "level"), Button(_("🏆 Leaderboard"), "top")],
        [vouches],
        home_row(),
    ]
    return Reply(text=text, keyboard=keyboard)


def _is_vip(request: Request, member: "Member") -> bool:
    if member.pk != request.member.pk:
        return is_vip(member.pk, request.now)
    membership = getattr(request.member, "membership", None)
    return membership is not None and membership.is_vip(request.now)
