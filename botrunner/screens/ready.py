"""/ready: what can be done now, how long the rest takes, and a reminder of it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.perks import daily_interval
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from points.selectors import Waits, waits_of
from points.services import set_daily_reminder, set_reminder


def show(request: Request) -> Reply:
    interval = daily_interval(request.is_vip)
    waits = waits_of(request.member, daily_interval=interval, now=request.now)
    text = render(
        "ready/ready",
        waits=waits,
        daily_wait=_left(waits.daily.ready_at, request.now),
        search_wait=_left(waits.search.ready_at if waits.search else None, request.now),
        sending_wait=_left(waits.sending_opens_at, request.now),
        is_frozen=request.member.is_frozen,
    )
    last = [Button(_("🔄 Refresh"), "ready"), *home_row()]
    # Nothing can be done, and no reminder asked for, while the points are frozen.
    rows = [] if request.member.is_frozen else [*_doing(waits), *_bells(waits)]
    return Reply(text=text, keyboard=[*rows, last])


def remind(request: Request) -> Reply:
    """Args: of what, after which claim or search, and whether to be told."""
    member_id, (what, which, state) = request.member.pk, request.args
    is_on = state == "on"
    if what == "daily":
        interval = daily_interval(request.is_vip)
        set_daily_reminder(
            member_id=member_id, mark=int(which), is_on=is_on, interval=interval, now=request.now
        )
    else:
        set_reminder(member_id=member_id, count=int(which), is_on=is_on, now=request.now)
    return show(request)


def _left(moment: datetime | None, now: datetime) -> timedelta | None:
    return moment - now if moment else None


def _doing(waits: Waits) -> Keyboard:
    row = []
    if waits.daily.ready_at is None:
        row.append(Button(_("🎁 Daily bonus"), "daily"))
    if waits.search is None:
        row.append(Button(_("🔍 Search"), "search"))
    if waits.jackpots:
        row.append(Button(_("🎒 Bag"), "bag"))
    return [row] if row else []


def _bells(waits: Waits) -> Keyboard:
    rows = []
    if waits.daily.ready_at:
        labels = _("🔔 Remind me of the bonus"), _("🔕 No reminder of the bonus")
        rows.append(_bell(labels, waits.daily.is_reminded, "daily", waits.daily.mark))
    if waits.search:
        labels = _("🔔 Remind me of the search"), _("🔕 No reminder of the search")
        rows.append(_bell(labels, waits.search.is_reminded, "search", waits.search.count))
    return rows


def _bell(labels: tuple[str, str], is_on: bool, what: str, which: int) -> list[Button]:
    return [Button(labels[is_on], "ready.remind", (what, which, "off" if is_on else "on"))]
