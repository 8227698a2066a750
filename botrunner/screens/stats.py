"""/stats: how things stand, in figures; each line to those who may see its list."""

from datetime import UTC, timedelta
from typing import Any

from accounts.selectors import count_members
from botrunner.keyboards import home_row
from botrunner.replies import Reply, render
from botrunner.requests import Request
from botrunner.texts import format_count
from numbers.selectors import count_stock
from points.selectors import minted_and_burnt
from project.kept import keep
from vip.selectors import count_states, count_views


def show(request: Request) -> Reply:
    now, today = request.now, request.now.astimezone(UTC).date()
    figures: dict[str, Any] = {}
    if request.may("accounts.view_member"):
        members, new = keep(f"stats:members:{today}", lambda: count_members(now))
        figures |= {"members": members, "new": new}
        if request.may("vip.view_membership"):
            states = keep("stats:states", lambda: count_states(now))
            figures |= {"states": states, "without": max(members - states.either, 0)}
    if request.may("vip.view_video"):
        views, viewers = keep(f"stats:views:{today}", lambda: count_views(now))
        average = views / viewers if viewers else 0.0
        figures |= {"views": views, "viewers": viewers, "average": average}
    if request.may("points.view_entry"):
        days = keep(
            f"stats:supply:{today}", lambda: minted_and_burnt(today, today + timedelta(days=1))
        )
        figures["supply"] = days.get(today, {"minted": 0, "burnt": 0})
    # What there is to lease is no secret: the list of countries shows it to everybody.
    stock = keep("stats:stock", lambda: count_stock(now))
    figures["free"], figures["held"] = map(format_count, stock)
    return Reply(text=render("stats/stats", **figures), keyboard=[home_row()])
