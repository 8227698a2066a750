"""The tables of the bot's own, by what they are for. Everybody imports from here."""

from .legacy import LegacyFault, LegacyImport
from .updates import (
    Card,
    Draft,
    Heartbeat,
    InboxUpdate,
    LeavingMessage,
    Prompt,
    SentFile,
    SentPicture,
)

__all__ = [
    "Card",
    "Draft",
    "Heartbeat",
    "InboxUpdate",
    "LeavingMessage",
    "LegacyFault",
    "LegacyImport",
    "Prompt",
    "SentFile",
    "SentPicture",
]
