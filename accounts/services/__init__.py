"""Everything that may be done with members. Other apps import from here."""

from .audit import COMMAND, SYSTEM, Actor, bot_actor, record, web_actor
from .chats import refresh_chat, set_bot_membership
from .contact import Contact, create_member, refresh_member
from .outbox import (
    claim_messages,
    drop_message,
    mark_message_sent,
    queue_message,
    release_messages,
    retry_message,
)
from .reachability import Reachability, set_reachability

__all__ = [
    "COMMAND",
    "bot_actor",
    "web_actor",
    "SYSTEM",
    "Actor",
    "Contact",
    "Reachability",
    "claim_messages",
    "create_member",
    "drop_message",
    "mark_message_sent",
    "queue_message",
    "record",
    "refresh_chat",
    "refresh_member",
    "release_messages",
    "retry_message",
    "set_bot_membership",
    "set_reachability",
]
