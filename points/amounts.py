"""Reads amounts as people type them, in one place for every way in."""

import re

from points.errors import InvalidAmount
from points.models import AMOUNT_MAX

# No separators: 1,000 is a thousand to one reader and one to another.
_AMOUNT = re.compile(r"[0-9]{1,13}")
# 1 000 in two words is a thousand to who types it, and never 1 with a note.
_HEAD, _GROUP = re.compile(r"[+−-]?\d{1,3}"), re.compile(r"\d{3}")
_SHOWN_MAX = 32


def parse_amount(text: str) -> int:
    """A whole number from 1 to 10^12 in ASCII digits. Raises InvalidAmount."""
    digits = text.strip()
    if not _AMOUNT.fullmatch(digits) or not 1 <= int(digits) <= AMOUNT_MAX:
        raise InvalidAmount(text=digits[:_SHOWN_MAX])
    return int(digits)


def parse_change(text: str) -> int:
    """An amount with or without a sign, + or -. Raises InvalidAmount."""
    text = text.strip()
    sign = -1 if text[:1] in ("-", "−") else 1
    try:
        return sign * parse_amount(text[1:] if text[:1] in ("+", "-", "−") else text)
    except InvalidAmount:
        raise InvalidAmount(text=text[:_SHOWN_MAX]) from None


def split_amount(text: str) -> tuple[str, str]:
    """An amount as it was typed, and the words after it: a note, a reason."""
    words = text.split()
    end = 1
    if words and _HEAD.fullmatch(words[0]):
        while end < len(words) and _GROUP.fullmatch(words[end]):
            end += 1
    return " ".join(words[:end]), " ".join(words[end:])
