"""A member has his data deleted: the person goes, the ledger's row stays."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from accounts.models import (
    ClaimAttempt,
    LegacyAccount,
    LegacyRecord,
    LinkAttempt,
    Member,
    OutboxMessage,
    StaffMessage,
    new_referral_code,
)

from .audit import Actor, record
from .people import lock_member


@transaction.atomic
def delete_member(*, member_id: int, actor: Actor, now: datetime, reason: str = "") -> None:
    """Clears everything that says who he was, in every app. Raises MemberGone.

    What remains: the ledger and the audit under "Member <number>", and a keyed hash of
    the Telegram id, so that his return earns no second welcome and outlives no ban.
    """
    member = lock_member(member_id)
    telegram_id = member.telegram_id
    assert telegram_id is not None, "only deleted members have no Telegram id"
    for eraser in settings.MEMBER_ERASERS:
        import_string(eraser)(member.pk, telegram_id)
    OutboxMessage.objects.filter(member=member).delete()
    StaffMessage.objects.filter(member=member).delete()
    LinkAttempt.objects.filter(member=member).delete()
    ClaimAttempt.objects.filter(member=member).delete()
    # What was named by his Telegram id; the rest stays, so that nobody claims it again.
    legacy = LegacyRecord.objects.filter(member=member)
    legacy.filter(owner_id=telegram_id).delete()
    legacy.update(value={})
    LegacyAccount.objects.filter(member=member).update(username="")
    blank = {
        "telegram_id": None,
        "username": None,
        "first_name": "",
        "last_name": "",
        "client_language": "",
        "language": "",
        "timezone": "UTC",
        "ban_reason": "",
        "staff_user": None,
        # A link that is still about must not lead to him.
        "referral_code": new_referral_code(),
        "reachability": Member.Reachability.DEACTIVATED,
        "anonymised_at": now,
        "former_id_hash": hash_telegram_id(telegram_id),
    }
    for name, value in blank.items():
        setattr(member, name, value)
    member.save(update_fields=list(blank))
    record("member.delete", actor=actor, member=member, reason=reason)


def find_former(telegram_id: int) -> Member | None:
    """The latest remains of a person who had his data deleted."""
    # Index: member_former.
    hashed = hash_telegram_id(telegram_id)
    return Member.objects.filter(former_id_hash=hashed).order_by("-pk").first()


def hash_telegram_id(telegram_id: int) -> str:
    return salted_hmac("accounts.former_member", str(telegram_id), algorithm="sha256").hexdigest()
