"""/search: searches at once; too early says when, with a reminder to switch on."""

from django.utils.translation import gettext as _

from botrunner.keyboards import bell, home_row
from botrunner.perks import search_perks
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.errors import SearchTooEarly
from points.services import search as search_points
from points.services import set_reminder


def search(request: Request) -> Reply:
    try:
        found = search_points(
            member_id=request.member.pk,
            key=request.key,
            perks=search_perks(request.is_vip),
            now=request.now,
        )
    except SearchTooEarly as refusal:
        facts = refusal.params
        text = render("refusals/search_too_early", **facts)
        return _reply(request, text, facts["count"], facts["is_reminded"])
    wait = found.ready_at - request.now
    text = render("search/found", found=found, wait=wait, is_vip=request.is_vip)
    return _reply(request, text, found.count, found.is_reminded)


def remind(request: Request) -> Reply:
    """Args: which search, and whether to be told after it."""
    count, is_on = int(request.args[0]), request.args[1] == "on"
    row = set_reminder(member_id=request.member.pk, count=count, is_on=is_on, now=request.now)
    if row is None or request.now >= row.ready_at:
        return Reply(text=render("search/ready"), keyboard=[[_search_button()], home_row()])
    text = render(
        "refusals/search_too_early", wait=row.ready_at - request.now, is_reminded=row.is_reminded
    )
    return _reply(request, text, row.count, row.is_reminded)


def _reply(request: Request, text: str, count: int, is_reminded: bool) -> Reply:
    if not request.is_private:
        return Reply(text=text)
    row = [bell(is_reminded, "search.remind", count), Button(_("🧾 History"), "history")]
    return Reply(text=text, keyboard=[row, home_row()])


def _search_button() -> Button:
    return Button(_("🔍 Search"), "search")
