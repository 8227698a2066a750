"""Searching for members who are VIP and want it: the choice, the searches, the digests."""

from .choice import (
    hurry_auto_searches,
    set_auto_search,
    wake_auto_search,
    wake_auto_searches,
)
from .digests import tell_finds
from .searching import search_for_due

__all__ = [
    "hurry_auto_searches",
    "search_for_due",
    "set_auto_search",
    "tell_finds",
    "wake_auto_search",
    "wake_auto_searches",
]
