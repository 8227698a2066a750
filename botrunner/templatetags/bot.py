"""Filters of the bot's templates: {% load bot i18n %}."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from botrunner import texts

if TYPE_CHECKING:
    from accounts.models import Member
    from points.selectors import Standing

register = template.Library()


@register.filter
def name(who: "Member | str") -> SafeString:
    """Escaped, cut, and kept apart from the direction of the text around it."""
    return escape(texts.format_name(who))


@register.filter
def words(text: str) -> SafeString:
    """What somebody wrote: escaped, on one line, kept apart from the direction around it."""
    return escape(texts.format_words(text))


@register.filter
def lines(text: str) -> SafeString:
    """As `words`, with the line ends of who wrote it."""
    kept = [line for line in text.splitlines() if line.strip()]
    return escape("\n".join(map(texts.format_words, kept)))


@register.filter
def handle(username: str) -> str:
    """@ann, whole in a text from right to left too."""
    return texts.keep_ltr(f"@{username}")


@register.filter
def command(name: str) -> str:
    """/send, whole in a text from right to left too."""
    return texts.keep_ltr(f"/{name}")


@register.simple_tag
def line_start() -> str:
    """At the start of a line that has no word of the language in it."""
    return texts.line_start()


@register.filter
def points(value: int) -> str:
    """The grouped figure alone: 12,345."""
    return texts.format_number(value)


@register.filter
def rank(standing: "Standing") -> str:
    """The place a member stands on: 57, or 5,000+ where it was not counted to the end."""
    return texts.format_rank(standing)


@register.filter
def signed(value: int) -> str:
    """+25 or −25."""
    return texts.format_signed(value)


@register.filter
def in_points(value: int) -> str:
    """The figure with its noun: 12,345 points."""
    return texts.format_points(value)


@register.filter
def when(moment: datetime) -> str:
    """Date and time in the member's time zone."""
    return texts.format_when(moment)


@register.filter
def day(value: date) -> str:
    """20 November 2026: a day of the calendar, in no time zone."""
    return texts.format_day(value)


@register.filter
def in_days(count: str) -> str:
    """A count with its noun: 30 days. What is no count stands as it is."""
    return texts.format_days(int(count)) if count.isdecimal() else count


@register.filter
def duration(span: timedelta | int) -> str:
    """3 h 20 min; takes a timedelta or seconds."""
    return texts.format_duration(span)


@register.filter
def percent(share: float | Fraction) -> str:
    """0.92016 as 92.0 %."""
    return texts.format_percent(share)


@register.filter
def item_name(kind: str) -> str:
    """An item's kind in the member's language."""
    return texts.item_name(kind)


@register.filter
def move(name: str) -> str:
    """rock as ✊ Rock."""
    return texts.move_name(name)


@register.filter
def game_note(note: str) -> str:
    """An entry's note about a game, such as "slots 12": Slots 12, in the member's language."""
    kind, _, number = note.partition(" ")
    return f"{texts.game_name(kind)} {number}"
