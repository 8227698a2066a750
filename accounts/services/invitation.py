"""A new member came by somebody's invitation link."""

from django.db import transaction
from django.db.models import F

from accounts.models import Member


@transaction.atomic
def accept_invitation(*, member: Member, code: str) -> Member | None:
    """The inviter; None for an unknown code, one's own, or a member who has an inviter already.

    The caller has made sure that this is the member's first contact.
    """
    inviter = Member.objects.filter(referral_code=code.upper(), anonymised_at=None).first()
    if inviter is None or inviter.pk == member.pk or member.referred_by_id is not None:
        return None
    member.referred_by = inviter
    member.save(update_fields=["referred_by"])
    Member.objects.filter(pk=inviter.pk).update(invited_count=F("invited_count") + 1)
    return inviter
