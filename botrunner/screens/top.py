"""/top: the ten first by what is counted and in which time, and one's own place below them."""

from typing import Any

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row, mark
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_days
from points.selectors import Board, Leader, Period, counted_at, leaders, standing_of
from vip.selectors import list_vips

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def show(request: Request) -> Reply:
    """The board and the period stand behind a tab, or after the command in any order."""
    words = [word.lower() for word in request.args or request.words]
    board, period = _read_board(words), _read_period(words)
    rows = _rows(request, leaders(board, period))
    is_shown = any(row["is_own"] for row in rows)
    text = render(
        "top/top",
        rows=rows,
        own=None if is_shown else standing_of(request.member, board, period),
        member=request.member,
        board=board.value,
        label=_boards()[board],
        span=_periods()[period],
        is_all_time=period == Period.ALL_TIME,
        counted_at=None if period == Period.ALL_TIME else counted_at(),
    )
    return Reply(text=text, keyboard=_tabs(board, period) if request.is_private else ())


def _rows(request: Request, found: list[Leader]) -> list[dict[str, Any]]:
    vips = list_vips([leader.member.pk for leader in found], request.now)
    return [
        {
            "place": MEDALS.get(leader.rank, f"{leader.rank}."),
            "leader": leader,
            "is_vip": leader.member.pk in vips,
            "is_own": leader.member.pk == request.member.pk,
        }
        for leader in found
    ]


def _read_board(words: list[str]) -> Board:
    """By the beginning of its name: vouch, invite."""
    for word in words:
        for board in Board:
            if board.value.startswith(word):
                return board
    return Board.POINTS


def _read_period(words: list[str]) -> Period:
    """By its number of days: 7, or 7d."""
    for word in words:
        for period in Period:
            if word in (f"{period.value}", f"{period.value}d"):
                return period
    return Period.ALL_TIME


def _boards() -> dict[Board, str]:
    return {
        Board.POINTS: _("💰 Points"),
        Board.XP: _("🎖 XP"),
        Board.VOUCHES: _("⭐ Vouches"),
        Board.INVITES: _("👥 Invites"),
    }


def _periods() -> dict[Period, str]:
    return {
        Period.ALL_TIME: _("All time"),
        Period.MONTH: format_days(Period.MONTH),
        Period.WEEK: format_days(Period.WEEK),
    }


def _tabs(board: Board, period: Period) -> Keyboard:
    """Two rows of two boards, wide enough for a phone, and one of periods."""
    boards = [
        Button(mark(label, tab == board), "top", (tab.value, period.value))
        for tab, label in _boards().items()
    ]
    periods = [
        Button(mark(label, tab == period), "top", (board.value, tab.value))
        for tab, label in _periods().items()
    ]
    return [boards[:2], boards[2:], periods, home_row()]
