"""The dashboard's pages about people: members, groups, staff, audit, messages."""

from . import audit, chats, lockouts, members, outbox, users  # noqa: F401
