"""The dashboard's pages about people: members, groups, staff, audit, messages."""

from . import audit, chats, legacy_accounts, lockouts, members, outbox, users  # noqa: F401
