"""/limits: the most a member wants to lose in a day, and a pause from all games."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from botrunner import prompts
from botrunner.keyboards import back_row, mark
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_days, format_number
from points.services import OwnLimits, limit_losses, own_limits_of, parse_amount, pause_games

LOSS_LIMITS = (100, 500, 1000)
NO_LIMIT = "none"
PAUSE_DAYS = (1, 7, 30)


def show(request: Request) -> Reply:
    limits = own_limits_of(request.member.pk, request.now)
    return Reply(text=render("limits/limits", limits=limits), keyboard=_rows(limits))


def set_limit(request: Request) -> Reply:
    """Args: the limit, or NO_LIMIT."""
    word = request.args[0]
    return _limit(request, None if word == NO_LIMIT else parse_amount(word))


def ask_limit(request: Request) -> Reply:
    prompts.ask(request, "limits.other")
    return Reply(text=render("limits/other"), keyboard=[back_row("limits")])


def read_limit(request: Request) -> Reply:
    return _limit(request, parse_amount(request.text))


def choose_pause(request: Request) -> Reply:
    """Only what makes a pause longer is offered."""
    paused_until = own_limits_of(request.member.pk, request.now).paused_until
    days = [
        Button(format_days(count), "limits.pause.card", (count,))
        for count in PAUSE_DAYS
        if paused_until is None or request.now + timedelta(days=count) > paused_until
    ]
    text = render("limits/pause", until=paused_until)
    return Reply(text=text, keyboard=[days, back_row("limits")])


def confirm_pause(request: Request) -> Reply:
    """Args: the days. The card names the end, and its button means just that."""
    until = (request.now + timedelta(days=int(request.args[0]))).replace(microsecond=0)
    confirm = Button(_("✅ Confirm"), "limits.pause.go", (int(until.timestamp()),))
    text = render("limits/pause_card", until=until)
    return Reply(text=text, keyboard=[[confirm], back_row("limits.pause")])


def pause(request: Request) -> Reply:
    """Args: the end, in seconds since 1970."""
    until = datetime.fromtimestamp(int(request.args[0]), UTC)
    if until > request.now:
        pause_games(member_id=request.member.pk, until=until)
    return show(request)


def _limit(request: Request, most: int | None) -> Reply:
    limit_losses(member_id=request.member.pk, most=most, now=request.now)
    return show(request)


def _rows(limits: OwnLimits) -> Keyboard:
    # One's own number stands among the others: pressing it calls off a change.
    amounts = sorted({*LOSS_LIMITS, *([limits.loss_max] if limits.loss_max else [])})
    quick = [
        Button(mark(format_number(most), most == limits.loss_max), "limits.set", (most,))
        for most in amounts
    ]
    none = mark(_("No limit"), limits.loss_max is None)
    return [
        quick,
        [Button(_("✏️ Other amount"), "limits.other"), Button(none, "limits.set", (NO_LIMIT,))],
        [Button(_("⏸ Take a break"), "limits.pause")],
        back_row("games"),
    ]
