"""The second step of a staff user's login: enrolment, codes, reset.

Six digits are guessed in a million tries: after ten wrong ones in a row the factor rests for
an hour, from whichever address they came. django-axes counts them by address besides.
"""

import base64
from datetime import datetime, timedelta
from enum import Enum, auto

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import get_random_string, salted_hmac

from accounts import totp
from accounts.models import CODE_LETTERS, RecoveryCode, SecondFactor
from project.permissions import CHIEF, CREATOR

from .audit import Actor, record

FAILURES_MAX = 10
REST = timedelta(hours=1)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10


class Answer(Enum):
    RIGHT = auto()
    WRONG = auto()
    RESTS = auto()  # too many wrong ones: not even the right one is heard


def is_forced(user: User) -> bool:
    """Whether this user may do nothing before he has a second factor."""
    if not settings.SECOND_FACTOR_FORCED or not user.is_staff:
        return False
    return user.is_superuser or user.groups.filter(name__in=(CHIEF, CREATOR)).exists()


@transaction.atomic
def enrol(
    *, user: User, secret: str, code: str, actor: Actor, now: datetime
) -> tuple[SecondFactor, list[str]] | None:
    """The factor and its recovery codes, which are shown this once; None for a wrong code.

    Also None when there is one already: it is turned off first, which takes a code of it.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    step = totp.find_step(secret, clean_code(code), now, after=-1)
    if step is None or SecondFactor.objects.filter(user=user).exists():
        return None
    factor = SecondFactor.objects.create(user=user, sealed_secret=_seal(secret), last_step=step)
    record("staff.second_factor_on", actor=actor, target=user)
    return factor, _replace_recovery_codes(factor)


@transaction.atomic
def check_code(*, user_id: int, code: str, now: datetime) -> Answer:
    """Takes a code of the app or a recovery code; each is taken once.

    A wrong one is an answer, not a refusal: it is to stay counted.
    """
    factor = SecondFactor.objects.select_for_update(of=("self",)).filter(user_id=user_id).first()
    if factor is None:
        return Answer.WRONG
    # Far ahead is from before the clock was set back.
    if factor.failed_at and abs(now - factor.failed_at) >= REST:
        factor.failures = 0
    if factor.failures >= FAILURES_MAX:
        return Answer.RESTS
    if _take(factor, clean_code(code), now):
        factor.failures, factor.failed_at, answer = 0, None, Answer.RIGHT
    else:
        factor.failures, factor.failed_at, answer = factor.failures + 1, now, Answer.WRONG
    factor.save(update_fields=["last_step", "failures", "failed_at"])
    return answer


@transaction.atomic
def renew_recovery_codes(*, user: User, actor: Actor) -> list[str]:
    """The earlier ones end. The caller has checked a code."""
    factor = SecondFactor.objects.select_for_update(of=("self",)).get(user=user)
    record("staff.recovery_codes", actor=actor, target=user)
    return _replace_recovery_codes(factor)


@transaction.atomic
def remove_second_factor(*, user: User, actor: Actor) -> bool:
    """By its owner, who has shown a code, by a creator or by command. False: there was none."""
    deleted, _ = SecondFactor.objects.filter(user=user).delete()
    if deleted:
        record("staff.second_factor_off", actor=actor, target=user)
    return bool(deleted)


def clean_code(code: str) -> str:
    """As typed: apps show a gap, we write recovery codes with a hyphen."""
    return "".join(code.replace("-", "").split()).upper()[:RECOVERY_LENGTH]


def _take(factor: SecondFactor, code: str, now: datetime) -> bool:
    if code.isascii() and code.isdigit() and len(code) == totp.DIGITS:
        secret = _unseal(factor.sealed_secret)
        step = totp.find_step(secret, code, now, after=factor.last_step) if secret else None
        factor.last_step = step or factor.last_step
        return step is not None
    unused = factor.recovery_codes.filter(code_hash=_hash(code), used_at=None)
    return unused.update(used_at=now) == 1


def _replace_recovery_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = [get_random_string(RECOVERY_LENGTH, CODE_LETTERS) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(factor=factor, code_hash=_hash(code)) for code in codes]
    )
    middle = RECOVERY_LENGTH // 2
    return [f"{code[:middle]}-{code[middle:]}" for code in codes]


def _hash(code: str) -> str:
    return salted_hmac("accounts.recovery_code", code, algorithm="sha256").hexdigest()


def _seal(secret: str) -> str:
    return _fernet().encrypt(secret.encode()).decode()


def _unseal(sealed: str) -> str:
    """Empty when SECRET_KEY is another one by now: `manage.py reset_second_factor` helps."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _fernet() -> Fernet:
    key = salted_hmac("accounts.second_factor", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
