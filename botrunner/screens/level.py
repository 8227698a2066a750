"""/level: XP and level, one's own or another's; and earning them by what is said in groups."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.addressees import read_addressee
from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.selectors import progress_of, xp_of_level
from points.services import LevelUp, earn_by_message

if TYPE_CHECKING:
    from accounts.models import Member

BAR_STEPS = 10


def show(request: Request) -> Reply:
    member, _rest = read_addressee(request)
    member = member or request.member
    progress = progress_of(member.pk)
    start, end = xp_of_level(progress.level), xp_of_level(progress.level + 1)
    text = render(
        "level/level",
        member=member,
        is_own=member.pk == request.member.pk,
        level=progress.level,
        bar=bar(progress.xp - start, end - start),
        done=progress.xp - start,
        cost=end - start,
        missing=end - progress.xp,
        xp=progress.xp,
    )
    keyboard = [
        [Button(_("👤 Profile"), "profile"), Button(_("🏆 Leaderboard"), "top")],
        home_row(),
    ]
    return Reply(text=text, keyboard=keyboard if request.is_private else ())


def bar(done: int, cost: int) -> str:
    filled = done * BAR_STEPS // cost
    return "▰" * filled + "▱" * (BAR_STEPS - filled)


def earn(request: Request) -> str:
    """A message of a group: nothing is said unless it brought its author to a new level."""
    level_up = earn_by_message(
        member_id=request.member.pk,
        chat_telegram_id=request.chat_id,
        message_id=request.payload["message_id"],
        voice_seconds=_voice_seconds(request),
        now=request.now,
    )
    return congratulate(request.member, level_up) if level_up else ""


def congratulate(member: "Member", level_up: LevelUp) -> str:
    return render("level/reached", member=member, level_up=level_up)


def _voice_seconds(request: Request) -> int:
    # What is forwarded was said by somebody else, or before.
    if "forward_origin" in request.payload:
        return 0
    spoken = request.payload.get("voice") or request.payload.get("video_note") or {}
    return int(spoken.get("duration") or 0)
