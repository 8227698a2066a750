"""Words of acts: what people write beside them, cleaned, and how long they still take."""

import re
from collections.abc import Mapping
from datetime import timedelta

from project.errors import Refusal

# Marks that turn the direction of what follows, line ends and other control characters.
UNRULY = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def clean_words(text: str, length_max: int) -> str:
    """One line without marks that turn or break the text around it."""
    return " ".join(UNRULY.sub(" ", text).split())[:length_max]


def say_left(span: timedelta) -> str:
    """About how long, in the largest unit that says it: 40 s, 12 min, 3 h."""
    seconds = round(span.total_seconds())
    if seconds < 90:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"


def say_refusal(refusal: Refusal, words: Mapping[str, str]) -> str:
    """By its code, from an app's table of sentences that name the refusal's params."""
    template = words.get(refusal.code, f"Refused: {refusal.code.replace('_', ' ')}.")
    return template.format(**refusal.params)
