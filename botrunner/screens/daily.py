"""/daily: claims the bonus at once and shows the ladder."""

from datetime import timedelta

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.errors import TooEarly
from points.selectors import bonus_of_day, get_settings
from points.services import claim_daily

INTERVAL, VIP_INTERVAL = timedelta(hours=24), timedelta(hours=12)
STEPS_SHOWN = 7


def claim(request: Request) -> Reply:
    is_vip = request.is_vip
    try:
        claimed = claim_daily(
            member_id=request.member.pk,
            interval=VIP_INTERVAL if is_vip else INTERVAL,
            now=request.now,
        )
    except TooEarly as refusal:
        facts = refusal.params
        text = render("daily/too_early", **facts, steps=_steps(facts["streak"]), is_vip=is_vip)
        return _reply(request, text)
    text = render(
        "daily/claimed",
        claimed=claimed,
        wait=claimed.ready_at - request.now,
        steps=_steps(claimed.streak),
        is_vip=is_vip,
    )
    return _reply(request, text)


def _steps(streak: int) -> list[tuple[int, bool]]:
    """The bonus of each step and whether it was climbed: a week, with the present day in it."""
    ladder = get_settings().daily_ladder
    first = max(1, min(streak, len(ladder)) - STEPS_SHOWN + 1)
    climbed = min(streak, len(ladder))
    days = range(first, min(first + STEPS_SHOWN, len(ladder) + 1))
    return [(bonus_of_day(ladder, day), day <= climbed) for day in days]


def _reply(request: Request, text: str) -> Reply:
    keyboard = [[Button(_("💰 Points"), "points"), Button(_("🧾 History"), "history")], home_row()]
    return Reply(text=text, keyboard=keyboard if request.is_private else ())
