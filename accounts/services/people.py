"""Loads and locks the member that an act is about."""

from accounts.errors import MemberGone, ReasonRequired
from accounts.models import Member
from project.words import clean_words

REASON_LENGTH_MAX = 500


def lock_member(member_id: int) -> Member:
    """The member's row, locked until the end of the transaction. Raises MemberGone."""
    # NO KEY: whoever writes a row that names the member, such as a notice, need not wait.
    members = Member.objects.select_for_update(of=("self",), no_key=True)
    member = members.get(pk=member_id)
    if member.anonymised_at is not None:
        raise MemberGone()
    return member


def clean_reason(reason: str) -> str:
    """Raises ReasonRequired when nothing is left of it."""
    reason = clean_words(reason, REASON_LENGTH_MAX)
    if not reason:
        raise ReasonRequired()
    return reason
