"""One-time codes with which members claim their accounts of another network.

Staff issue one for an account, and whoever sends it to the bot gets what is held of it.
31 letters to the power of ten and five wrong tries an hour: not to be guessed.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import get_random_string, salted_hmac

from accounts.errors import (
    ClaimCodeExpired,
    LegacyAccountTaken,
    TooManyClaimAttempts,
)
from accounts.models import CODE_LETTERS, ClaimAttempt, LegacyAccount, LegacyCode

from .audit import Actor, record
from .people import lock_member

CODE_LENGTH = 10
DAYS_MAX = 30
ATTEMPTS_MAX = 5
ATTEMPTS_WINDOW = timedelta(hours=1)


@transaction.atomic
def issue_claim_code(*, account_id: int, days: int, actor: Actor, now: datetime) -> str:
    """The code itself, to be shown once: only its hash is kept. Earlier codes end.

    Raises LegacyAccountTaken.
    """
    assert 1 <= days <= DAYS_MAX
    account = LegacyAccount.objects.select_for_update().get(pk=account_id)
    if account.member_id is not None:
        raise LegacyAccountTaken()
    account.codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = get_random_string(CODE_LENGTH, CODE_LETTERS)
    account.codes.create(
        code_hash=_hash(code), created_at=now, expires_at=now + timedelta(days=days)
    )
    record("legacy.code", actor=actor, target=account, days=days)
    return code


@transaction.atomic
def find_claim_code(*, member_id: int, code: str, now: datetime) -> LegacyCode | None:
    """The code's row, or None for a wrong one, which is counted.

    A wrong code is an answer, not a refusal: the attempt is to stay counted. One that this
    member has used is found too. Raises ClaimCodeExpired, LegacyAccountTaken, MemberGone,
    TooManyClaimAttempts.
    """
    # From several chats at once he would have as many tries as chats.
    lock_member(member_id)
    _check_attempts(member_id, now)
    found = LegacyCode.objects.select_related("account").filter(code_hash=_hash(code)).first()
    if found is None:
        ClaimAttempt.objects.create(member_id=member_id, attempted_at=now)
        return None
    if found.used_by_id != member_id:
        _check(found, member_id, now)
    return found


def take_claim_code(*, code_id: int, member_id: int, now: datetime) -> LegacyCode:
    """Needs a transaction that holds the member's wallet. Used by himself before, it is his.

    Raises ClaimCodeExpired, LegacyAccountTaken.
    """
    codes = LegacyCode.objects.filter(pk=code_id, used_at=None, expires_at__gt=now)
    # Two members at once with one code: the row decides who was first.
    is_first = codes.update(used_at=now, used_by_id=member_id)
    found = LegacyCode.objects.select_related("account").get(pk=code_id)
    if not is_first and found.used_by_id != member_id:
        _check(found, member_id, now)
    return found


def _check(code: LegacyCode, member_id: int, now: datetime) -> None:
    if code.used_at is not None or code.account.member_id not in (None, member_id):
        raise LegacyAccountTaken()
    if code.expires_at <= now:
        raise ClaimCodeExpired()


def _check_attempts(member_id: int, now: datetime) -> None:
    tries = ClaimAttempt.objects.filter(member=member_id)
    # Those far ahead are from before the clock was set back.
    is_over = Q(attempted_at__lte=now - ATTEMPTS_WINDOW) | Q(attempted_at__gt=now + ATTEMPTS_WINDOW)
    tries.filter(is_over).delete()
    times = list(tries.order_by("attempted_at").values_list("attempted_at", flat=True))
    if len(times) >= ATTEMPTS_MAX:
        raise TooManyClaimAttempts(wait=times[-ATTEMPTS_MAX] + ATTEMPTS_WINDOW - now)


def _hash(code: str) -> str:
    typed = "".join(code.split()).upper()
    return salted_hmac("accounts.legacy_code", typed, algorithm="sha256").hexdigest()
