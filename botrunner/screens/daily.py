"""/daily: claims the bonus at once and shows the ladder; too early says when."""

from django.utils.translation import gettext as _

from botrunner.keyboards import bell, home_row
from botrunner.perks import daily_interval
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.errors import TooEarly
from points.selectors import bonus_of_day, daily_standing, get_settings
from points.services import claim_daily, set_daily_reminder

STEPS_SHOWN = 7


def claim(request: Request) -> Reply:
    is_vip = request.is_vip
    try:
        claimed = claim_daily(
            member_id=request.member.pk, interval=daily_interval(is_vip), now=request.now
        )
    except TooEarly:
        return _show_wait(request)
    text = render(
        "daily/claimed",
        claimed=claimed,
        wait=claimed.ready_at - request.now,
        steps=_steps(get_settings().daily_ladder, claimed.streak),
        is_vip=is_vip,
    )
    return _reply(request, text, claimed.mark, is_reminded=False)


def remind(request: Request) -> Reply:
    """Args: after which claim, and whether to be told."""
    set_daily_reminder(
        member_id=request.member.pk,
        mark=int(request.args[0]),
        is_on=request.args[1] == "on",
        interval=daily_interval(request.is_vip),
        now=request.now,
    )
    return _show_wait(request)


def _show_wait(request: Request) -> Reply:
    ladder, is_vip = get_settings().daily_ladder, request.is_vip
    standing = daily_standing(request.member.pk, ladder, daily_interval(is_vip), request.now)
    if standing.ready_at is None:
        row = [Button(_("🎁 Daily bonus"), "daily")]
        return Reply(text=render("daily/ready"), keyboard=[row, home_row()])
    text = render(
        "daily/too_early",
        standing=standing,
        wait=standing.ready_at - request.now,
        steps=_steps(ladder, standing.day - 1),
        is_vip=is_vip,
    )
    return _reply(request, text, standing.mark, standing.is_reminded)


def _steps(ladder: list[int], streak: int) -> list[tuple[int, bool]]:
    """The bonus of each step and whether it was climbed: a week, with the present day in it."""
    first = max(1, min(streak, len(ladder)) - STEPS_SHOWN + 1)
    climbed = min(streak, len(ladder))
    days = range(first, min(first + STEPS_SHOWN, len(ladder) + 1))
    return [(bonus_of_day(ladder, day), day <= climbed) for day in days]


def _reply(request: Request, text: str, mark: int, is_reminded: bool) -> Reply:
    keyboard = [
        [bell(is_reminded, "daily.remind", mark)],
        [Button(_("💰 Points"), "points"), Button(_("🧾 History"), "history")],
        home_row(),
    ]
    return Reply(text=text, keyboard=keyboard if request.is_private else ())
