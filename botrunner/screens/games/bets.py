"""The bets of roulette in a member's words, and read from them."""

from django.utils.translation import gettext as _

from botrunner.texts import keep_ltr
from points.errors import UnknownBet
from points.selectors import ROULETTE_BETS, roulette_colour

BALLS = {"red": "🔴", "black": "⚫", "green": "🟢"}
RANGES = {
    "low": "1–18",
    "high": "19–36",
    "dozen1": "1–12",
    "dozen2": "13–24",
    "dozen3": "25–36",
}
WORD_SHOWN_MAX = 32


def bet_labels() -> dict[str, str]:
    """Of the bets on more than one number, in the order they are offered."""
    return {
        "red": _("🔴 Red"),
        "black": _("⚫ Black"),
        "even": _("Even"),
        "odd": _("Odd"),
        **{bet: keep_ltr(label) for bet, label in RANGES.items()},
    }


def bet_label(bet: str) -> str:
    return bet_labels().get(bet) or ball_label(int(bet))


def ball_label(ball: int) -> str:
    """A number with its colour: 🔴 32."""
    return f"{BALLS[roulette_colour(ball)]} {ball}"


def ball_traits(ball: int) -> list[str]:
    """What else wins with this number, but for its colour; nothing does with the zero."""
    labels = bet_labels()
    return [label for bet, label in labels.items() if ball in ROULETTE_BETS[bet]][1:]


def read_bet(word: str) -> str:
    """A bet's English name, its label in the member's language, or a number of the wheel.

    Raises UnknownBet.
    """
    asked = word.casefold().replace("-", "–")
    if asked.isascii() and asked.isdecimal():
        # 07 is seven.
        asked = asked.removeprefix("0") or "0"
    labels = {**bet_labels(), **RANGES}
    names = {label.split()[-1].casefold(): bet for bet, label in labels.items()}
    bet = names.get(asked, asked)
    if bet not in ROULETTE_BETS:
        raise UnknownBet(text=word[:WORD_SHOWN_MAX])
    return bet
