"""How names, points, times and spans of time are written into a member's text.

Templates use them as filters ({% load bot %}), button labels and toasts call
them here. All follow the language and the time zone switched on by speaking_to.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.selectors import language_of, zone_of
from project.selectors import COUNT_MAX
from project.words import UNRULY

if TYPE_CHECKING:
    from accounts.models import Member
    from points.selectors import Standing

NAME_SHOWN_MAX = 48
# The first makes a text of unknown direction stand for itself, the second ends it.
_ISOLATE, _ISOLATE_LTR, _END = "\u2068", "\u2066", "\u2069"
# Stand at the start of a line that has no word of the language: a list of names, of figures.
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_MINUS = "\u2212"
_GAP = "\u00a0"
_TAG = re.compile(r"<[^>]+>")
# Arabic as it is written with the digits 0 to 9.
_THOUSANDS = {"en": ",", "fr": "\u202f", "ru": "\u00a0", "ar": ","}


@contextmanager
def speaking_to(member: "Member") -> Iterator[None]:
    """Switches on the member's language and time zone."""
    with translation.override(language_of(member)), timezone.override(zone_of(member)):
        yield


def format_name(who: "Member | str") -> str:
    """A name that cannot turn or break the text around it. Not escaped."""
    name = who if isinstance(who, str) else who.display_name
    name = UNRULY.sub(" ", name).strip()
    if not name and not isinstance(who, str):
        name = _("Member %(number)d") % {"number": who.pk}
    if len(name) > NAME_SHOWN_MAX:
        name = f"{name[: NAME_SHOWN_MAX - 1]}…"
    return f"{_ISOLATE}{name}{_END}"


def format_words(text: str) -> str:
    """What somebody wrote, on one line, that cannot turn the text around it. Not escaped."""
    return f"{_ISOLATE}{UNRULY.sub(' ', text).strip()}{_END}"


def keep_ltr(text: str) -> str:
    """A signed number, a command, a phone number: in a text from right to left
    its sign would move to the other side of it."""
    return f"{_ISOLATE_LTR}{text}{_END}" if translation.get_language_bidi() else text


def line_start() -> str:
    """Turns a line without a word of the language to the language's own direction."""
    return _RIGHT_TO_LEFT if translation.get_language_bidi() else _LEFT_TO_RIGHT


def format_number(value: int) -> str:
    """12345 as 12,345 in the language's own way."""
    separator = _THOUSANDS.get(translation.get_language() or "en", ",")
    grouped = f"{abs(value):,}".replace(",", separator)
    return keep_ltr(_MINUS + grouped) if value < 0 else grouped


def format_count(count: int | str) -> str:
    """A count from count_bounded: 57, or 100,000+ where it was not counted to the end."""
    return format_number(count) if isinstance(count, int) else _at_least(COUNT_MAX)


def _at_least(count: int) -> str:
    return keep_ltr(f"{format_number(count)}+")


def format_rank(standing: "Standing") -> str:
    """57; 5,000+ where it was not counted to the end; nothing for who has no place."""
    if standing.rank is None:
        return ""
    return _at_least(standing.rank) if standing.is_least else format_number(standing.rank)


def format_signed(value: int) -> str:
    """A change of a balance: +25 or −25."""
    return keep_ltr("+" + format_number(value)) if value > 0 else format_number(value)


def format_points(value: int) -> str:
    """12,345 points: as the subject or the object of a sentence."""
    text = ngettext("%(number)s point", "%(number)s points", abs(value))
    return text % {"number": format_number(value)}


def format_when(moment: datetime) -> str:
    """Date and time in the time zone switched on; UTC is named, for it is nobody's clock."""
    local = timezone.localtime(moment)
    text = date_format(local, _when_format(local.day))
    return f"{text}{_GAP}UTC" if local.tzinfo in (UTC, ZoneInfo("UTC")) else text


def format_day(day: date) -> str:
    """20 November 2026."""
    return date_format(day, _day_format(day.day))


def format_days(days: int) -> str:
    """30 days."""
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def format_duration(span: timedelta | int) -> str:
    """A span in its two largest units, rounded up to the smaller: 3 h 20 min."""
    seconds = span if isinstance(span, int) else -(-span // timedelta(seconds=1))
    seconds = max(seconds, 0)
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    minutes = -(-seconds // 60)
    if minutes < 24 * 60:
        return _two_units(_hours(minutes // 60), _minutes(minutes % 60))
    hours = -(-seconds // 3600)
    return _two_units(_days(hours // 24), _hours(hours % 24))


def format_percent(share: float | Fraction) -> str:
    """A share of one in per cent, with one decimal: 92.0 %."""
    # Never up: nobody is promised more than there is.
    tenths = int(share * 1000)
    mark = "." if translation.get_language() in ("en", "ar") else ","
    return keep_ltr(f"{tenths // 10}{mark}{tenths % 10}{_GAP}%")


def game_name(kind: str) -> str:
    """A game's kind as members call it."""
    names = {
        "roulette": _("Roulette"),
        "blackjack": _("Blackjack"),
        "slots": _("Slots"),
        "duel": _("Duel"),
        "rps": _("Rock, paper, scissors"),
        "pot": _("Pot"),
    }
    return names.get(kind, kind)


def item_name(kind: str) -> str:
    """An item's kind as members call it."""
    names = {
        "jackpot": _("🎰 Jackpot"),
        "multiplier_x2": _("✨ Multiplier ×2"),
        "multiplier_x3": _("✨ Multiplier ×3"),
    }
    return names[kind]


def move_name(move: str) -> str:
    """A move of rock, paper, scissors, with its sign."""
    names = {"rock": _("✊ Rock"), "paper": _("✋ Paper"), "scissors": _("✌️ Scissors")}
    return names.get(move, move)


def strip_marks(text: str) -> str:
    """Telegram's HTML as plain words, for where it shows no marks: over the chat."""
    return html.unescape(_TAG.sub("", text))


def share_link(url: str, text: str) -> str:
    """Opens the app's own choice of chats with the link and a line about it."""
    return f"https://t.me/share/url?{urlencode({'url': url, 'text': text})}"


def _when_format(day: int) -> str:
    joints = {"fr": " à ", "ar": "، "}
    return f"{_day_format(day)}{joints.get(translation.get_language() or 'en', ', ')}H:i"


def _day_format(day: int) -> str:
    language = translation.get_language()
    if language == "fr" and day == 1:
        # French counts the first day of a month, and only that one.
        return r"j\e\r F Y"
    # Russian bends the month's name beside a day; only it has that form apart.
    return "j E Y" if language == "ru" else "j F Y"


def _days(days: int) -> str:
    return format_days(days) if days else ""


def _hours(hours: int) -> str:
    return _("%(hours)d h") % {"hours": hours} if hours else ""


def _minutes(minutes: int) -> str:
    return _("%(minutes)d min") % {"minutes": minutes} if minutes else ""


def _two_units(larger: str, smaller: str) -> str:
    return " ".join(part.replace(" ", _GAP) for part in (larger, smaller) if part)
