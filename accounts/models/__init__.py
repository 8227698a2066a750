"""The tables of members and staff, by what they are for. Everybody imports from here."""

from .audit import AuditEntry
from .chats import Chat
from .legacy import ClaimAttempt, LegacyAccount, LegacyCode, LegacyRecord
from .members import CODE_LETTERS, NAME_LENGTH_MAX, Member, new_referral_code
from .outbox import OutboxMessage
from .second_factor import RecoveryCode, SecondFactor
from .staff import STAFF_MESSAGE_LENGTH_MAX, LinkAttempt, StaffLinkCode, StaffMessage
from .staff_session import StaffSession

__all__ = [
    "CODE_LETTERS",
    "NAME_LENGTH_MAX",
    "STAFF_MESSAGE_LENGTH_MAX",
    "AuditEntry",
    "Chat",
    "ClaimAttempt",
    "LegacyAccount",
    "LegacyCode",
    "LegacyRecord",
    "LinkAttempt",
    "Member",
    "OutboxMessage",
    "RecoveryCode",
    "SecondFactor",
    "StaffLinkCode",
    "StaffMessage",
    "StaffSession",
    "new_referral_code",
]
