"""/history: every point explained, newest first."""

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.selectors import history_page


def show(request: Request) -> Reply:
    """Args of its buttons: the side of an entry to look on, and the entry."""
    side, entry_id = request.args if len(request.args) == 2 else ("", "0")
    page = history_page(
        request.member.pk,
        before=int(entry_id) if side == "older" else 0,
        after=int(entry_id) if side == "newer" else 0,
    )
    text = render("history/history", entries=page.entries, balance=request.member.wallet.balance)
    turn = []
    if page.newer:
        turn.append(Button(_("◀️ Newer"), "history", ("newer", page.newer)))
    if page.older:
        turn.append(Button(_("Older ▶️"), "history", ("older", page.older)))
    return Reply(text=text, keyboard=[turn, home_row()])
