"""/top: the ten first members by points or by XP, and one's own place below them."""

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from points.selectors import Board, leaders, standing_of
from vip.selectors import list_vips

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def show(request: Request) -> Reply:
    """The board is named by a tab's argument, or after the command."""
    board = _read_board(request)
    found = leaders(board)
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
    is_shown = any(row["is_own"] for row in rows)
    own = None if is_shown else standing_of(request.member, board)
    text = render("top/top", rows=rows, own=own, member=request.member, board=board.value)
    if not request.is_private:
        return Reply(text=text)
    return Reply(text=text, keyboard=[_tabs(board), home_row()])


def _read_board(request: Request) -> Board:
    word = (request.args or request.words or [""])[0].lower()
    return Board.XP if word == Board.XP else Board.POINTS


def _tabs(board: Board) -> list[Button]:
    labels = {Board.POINTS: _("💰 Points"), Board.XP: _("🎖 XP")}
    return [
        Button(f"• {label} •" if tab == board else label, "top", (tab.value,))
        for tab, label in labels.items()
    ]
