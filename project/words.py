"""Cleans what people write beside an act: notes and reasons."""

import re

# Marks that turn the direction of what follows, line ends and other control characters.
UNRULY = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def clean_words(text: str, length_max: int) -> str:
    """One line without marks that turn or break the text around it."""
    return " ".join(UNRULY.sub(" ", text).split())[:length_max]
