"""Everything that may be done with members. Other apps import from here."""

from .audit import (
    COMMAND,
    SYSTEM,
    Actor,
    bot_actor,
    member_actor,
    record,
    remembered_actor,
    web_actor,
)
from .backups import order_backup, tell_of_backups
from .ban import ban, freeze, unban, unfreeze
from .chats import move_chat, refresh_chat, set_bot_membership, set_chat_enabled
from .contact import Arrival, Contact, create_member, refresh_member
from .creators import sync_creator
from .erasure import delete_member, find_former
from .invitation import accept_invitation
from .legacy import (
    Claim,
    LegacyPiece,
    add_invited,
    claim_account,
    fill_profile,
    give_records,
    hold_pieces,
    meet_legacy_member,
    open_accounts,
)
from .legacy_codes import find_claim_code, issue_claim_code, take_claim_code
from .legacy_reads import (
    find_claimants,
    find_deleted,
    find_owner,
    list_given,
    list_held,
    read_known,
)
from .message import message_member
from .outbox import (
    Priority,
    claim_messages,
    drop_message,
    mark_message_sent,
    queue_message,
    release_messages,
    retry_message,
)
from .outbox_bulk import queue_each, queue_messages_for
from .people import REASON_LENGTH_MAX, clean_reason, lock_member
from .preferences import NOTIFICATIONS, set_language, set_notification, set_timezone
from .reachability import Reachability, set_reachability
from .second_factor import (
    Answer,
    check_code,
    enrol,
    is_forced,
    remove_second_factor,
    renew_recovery_codes,
)
from .settings import save_settings
from .staff_link import link_staff, new_link_code, unlink_staff
from .staff_sessions import end_other_sessions, end_session, note_session

__all__ = [
    "COMMAND",
    "NOTIFICATIONS",
    "REASON_LENGTH_MAX",
    "SYSTEM",
    "Actor",
    "Answer",
    "Arrival",
    "Claim",
    "Contact",
    "LegacyPiece",
    "Priority",
    "Reachability",
    "accept_invitation",
    "add_invited",
    "ban",
    "bot_actor",
    "check_code",
    "claim_account",
    "claim_messages",
    "clean_reason",
    "create_member",
    "delete_member",
    "drop_message",
    "end_other_sessions",
    "end_session",
    "enrol",
    "fill_profile",
    "find_claim_code",
    "find_claimants",
    "find_deleted",
    "find_former",
    "find_owner",
    "freeze",
    "give_records",
    "hold_pieces",
    "is_forced",
    "issue_claim_code",
    "link_staff",
    "list_given",
    "list_held",
    "lock_member",
    "mark_message_sent",
    "meet_legacy_member",
    "member_actor",
    "message_member",
    "move_chat",
    "new_link_code",
    "note_session",
    "open_accounts",
    "order_backup",
    "queue_each",
    "queue_message",
    "queue_messages_for",
    "read_known",
    "record",
    "refresh_chat",
    "refresh_member",
    "release_messages",
    "remembered_actor",
    "remove_second_factor",
    "renew_recovery_codes",
    "retry_message",
    "save_settings",
    "set_bot_membership",
    "set_chat_enabled",
    "set_language",
    "set_notification",
    "set_reachability",
    "set_timezone",
    "sync_creator",
    "take_claim_code",
    "tell_of_backups",
    "unban",
    "unfreeze",
    "unlink_staff",
    "web_actor",
]
