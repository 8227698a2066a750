"""Links a member to a staff user: his rights in the bot are that user's permissions.

The staff user is shown a code once in the dashboard and sends it to the bot.
31 letters to the power of ten, ten minutes, five wrong tries an hour: not to be guessed.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import get_random_string, salted_hmac

from accounts.errors import NotLinked, NotOwnLinkCode, TooManyLinkAttempts
from accounts.models import CODE_LETTERS, AuditEntry, LinkAttempt, Member, StaffLinkCode

from .audit import Actor, record
from .people import lock_member

CODE_LENGTH = 10
CODE_LIFETIME = timedelta(minutes=10)
ATTEMPTS_MAX = 5
ATTEMPTS_WINDOW = timedelta(hours=1)


@transaction.atomic
def new_link_code(*, user: User, requested_by: User, actor: Actor, now: datetime) -> str:
    """The code itself, to be shown once: only its hash is kept. Earlier codes end.

    Nobody but a superuser makes one for another account: it would lend him its rights.
    Raises NotOwnLinkCode.
    """
    if requested_by.pk != user.pk and not requested_by.is_superuser:
        raise NotOwnLinkCode()
    StaffLinkCode.objects.filter(Q(user=user) | Q(expires_at__lt=now)).delete()
    code = get_random_string(CODE_LENGTH, CODE_LETTERS)
    StaffLinkCode.objects.create(user=user, code_hash=_hash(code), expires_at=now + CODE_LIFETIME)
    record("staff.link_code", actor=actor, target=user)
    return code


@transaction.atomic
def link_staff(*, member_id: int, code: str, now: datetime) -> User | None:
    """The user the member is linked to from now on, or None for a wrong or used code.

    A wrong code is an answer, not a refusal: the attempt is to stay counted.
    Raises TooManyLinkAttempts, MemberGone.
    """
    member = lock_member(member_id)
    _check_attempts(member, now)
    found = _take_code(code, now)
    if found is None:
        LinkAttempt.objects.create(member=member, attempted_at=now)
        return None
    user = found.user
    # One phone a user, one user a phone: the newest link holds.
    Member.objects.filter(staff_user=user).exclude(pk=member.pk).update(staff_user=None)
    member.staff_user = user
    member.save(update_fields=["staff_user"])
    LinkAttempt.objects.filter(member=member).delete()
    record(
        "staff.link",
        actor=Actor(AuditEntry.Origin.BOT, str(user), user.pk),
        member=member,
        target=user,
    )
    return user


@transaction.atomic
def unlink_staff(*, member_id: int, actor: Actor) -> Member:
    """Raises NotLinked, MemberGone."""
    member = lock_member(member_id)
    if member.staff_user_id is None:
        raise NotLinked()
    record("staff.unlink", actor=actor, member=member, target=member.staff_user)
    member.staff_user = None
    member.save(update_fields=["staff_user"])
    return member


def _check_attempts(member: Member, now: datetime) -> None:
    # Those far ahead are from before the clock was set back.
    is_over = Q(attempted_at__lte=now - ATTEMPTS_WINDOW) | Q(attempted_at__gt=now + ATTEMPTS_WINDOW)
    LinkAttempt.objects.filter(is_over, member=member).delete()
    tries = list(
        LinkAttempt.objects.filter(member=member)
        .order_by("attempted_at")
        .values_list("attempted_at", flat=True)[:ATTEMPTS_MAX]
    )
    if len(tries) >= ATTEMPTS_MAX:
        raise TooManyLinkAttempts(wait=tries[0] + ATTEMPTS_WINDOW - now)


def _take_code(code: str, now: datetime) -> StaffLinkCode | None:
    found = (
        StaffLinkCode.objects.select_related("user")
        .filter(code_hash=_hash(code), used_at=None, expires_at__gt=now)
        .filter(user__is_active=True, user__is_staff=True)
        .first()
    )
    if found is None:
        return None
    # Two members at once with one code: the row decides who was first.
    is_first = StaffLinkCode.objects.filter(pk=found.pk, used_at=None).update(used_at=now)
    return found if is_first else None


def _hash(code: str) -> str:
    typed = "".join(code.split()).upper()
    return salted_hmac("accounts.staff_link", typed, algorithm="sha256").hexdigest()
