"""/games: every game one press away, and what the member brings to the next one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from botrunner.keyboards import home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from points.selectors import active_multiplier
from points.services import own_limits_of

# Routes with labels, in the order shown; the words are chosen when they are shown.
GAMES = (
    ("roulette", gettext_noop("🎡 Roulette")),
    ("slots", gettext_noop("🎰 Slots")),
    ("blackjack", gettext_noop("🃏 Blackjack")),
    ("duel", gettext_noop("⚔️ Duel")),
    ("rps", gettext_noop("✊ Rock, paper, scissors")),
    ("pot", gettext_noop("🏺 Pot")),
)
IN_A_ROW = 2


def show(request: Request) -> Reply:
    text = render(
        "games/games",
        balance=request.member.wallet.balance,
        multiplier=active_multiplier(request.member.pk),
        # What one allows oneself is not for a group to read.
        limits=own_limits_of(request.member.pk, request.now) if request.is_private else None,
    )
    rows = _rows([Button(_(label), route) for route, label in GAMES])
    if not request.is_private:
        return Reply(text=text, keyboard=rows)
    about = [Button(_("🔎 Check a game"), "verify"), Button(_("🛡 Limits"), "limits")]
    return Reply(text=text, keyboard=[*rows, about, home_row()])


def _rows(buttons: list[Button]) -> Keyboard:
    return [buttons[first : first + IN_A_ROW] for first in range(0, len(buttons), IN_A_ROW)]
