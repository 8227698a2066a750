"""/level: XP and level, one's own or another's; and earning them by what is said in groups."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from botrunner.addressees import read_addressee
from botrunner.keyboards import home_row
from botrunner.replies import Attachment, Button, Reply, render
from botrunner.requests import Request
from points.selectors import Board, level_of_xp, standing_of, xp_of_level
from points.services import LevelUp, earn_by_message
from vip.selectors import is_vip

if TYPE_CHECKING:
    from accounts.models import Member

BAR_STEPS = 10


def show(request: Request) -> Reply:
    other, _rest = read_addressee(request)
    member = other or request.member
    facts = _facts(request, member)
    words = {
        **facts,
        "member": member,
        "is_own": member.pk == request.member.pk,
        "bar": bar(facts["done"], facts["cost"]),
        "missing": facts["cost"] - facts["done"],
        "xp": xp_of_level(facts["level"]) + facts["done"],
    }
    picture = Attachment(
        "rank_card",
        {"facts": facts, "language": get_language()},
        caption=render("level/level", **words, is_caption=True),
    )
    keyboard = [
        [Button(_("👤 Profile"), "profile"), Button(_("🏆 Leaderboard"), "top")],
        home_row(),
    ]
    return Reply(
        text=render("level/level", **words),
        keyboard=keyboard if request.is_private else (),
        attachment=picture,
    )


def _facts(request: Request, member: "Member") -> dict[str, Any]:
    """What the rank card shows."""
    standing = standing_of(member, Board.XP)
    level = level_of_xp(standing.score)
    start = xp_of_level(level)
    is_own = member.pk == request.member.pk
    return {
        "name": member.display_name,
        "number": member.pk,
        "level": level,
        "done": standing.score - start,
        "cost": xp_of_level(level + 1) - start,
        # A rank that may be lower is none to draw.
        "rank": None if standing.is_least else standing.rank,
        "is_vip": request.is_vip if is_own else is_vip(member.pk, request.now),
    }


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
