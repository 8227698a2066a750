"""What the note of an entry says: games, days and levels are kept there as bare numbers."""

from collections.abc import Callable

from points.models import Entry, Game


def say_note(entry: Entry) -> str:
    """A note of a shape that nobody here knows is shown as it is kept."""
    say = _WORDS.get(entry.kind)
    try:
        return say(entry.note) if say and entry.note else entry.note
    except ValueError:
        return entry.note


def _say_game(note: str) -> str:
    kind, _, number = note.partition(" ")
    return f"{Game.Kind(kind).label} {int(number)}"


def _say_days(note: str) -> str:
    days = int(note)
    return "1 day" if days == 1 else f"{days:,} days"


def _say_stars(note: str) -> str:
    return f"⭐ {int(note):,}"


_WORDS: dict[str, Callable[[str], str]] = {
    Entry.Kind.DAILY: "day {}".format,
    Entry.Kind.LEVEL: "level {}".format,
    Entry.Kind.VIP: _say_days,
    Entry.Kind.GAME_STAKE: _say_game,
    Entry.Kind.GAME_PAYOUT: _say_game,
    Entry.Kind.GAME_REFUND: _say_game,
    Entry.Kind.GAME_BONUS: _say_game,
    Entry.Kind.STARS: _say_stars,
    Entry.Kind.STARS_REFUND: _say_stars,
    Entry.Kind.STARS_RETURN: _say_stars,
}
