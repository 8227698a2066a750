"""The staff takes VIP back: down to now, never further."""

from datetime import datetime

from django.db import transaction

from accounts.services import Actor, clean_reason, queue_message, record
from points.errors import KeyReused
from vip.errors import NotVip
from vip.models import Grant, Membership


@transaction.atomic
def revoke_vip(*, member_id: int, reason: str, actor: Actor, key: str, now: datetime) -> Grant:
    """Ends VIP now, once per key. Raises NotVip, ReasonRequired, KeyReused."""
    reason = clean_reason(reason)
    memberships = Membership.objects.select_for_update(of=("self",)).select_related("member")
    membership = memberships.filter(pk=member_id).first()
    if done := Grant.objects.filter(key=key).first():
        if (done.membership_id, done.kind) != (member_id, Grant.Kind.REVOKED):
            raise KeyReused()
        return done
    if membership is None or not membership.is_vip(now):
        raise NotVip()
    grant = Grant.objects.create(
        membership=membership,
        kind=Grant.Kind.REVOKED,
        key=key,
        until_before=membership.vip_until,
        until_after=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        reason=reason,
        created_at=now,
    )
    membership.vip_until = now
    membership.save(update_fields=["vip_until"])
    queue_message(
        kind="vip.revoked",
        key=f"vip.revoked:{grant.pk}",
        member_id=member_id,
        due_at=now,
        grant=grant.pk,
    )
    record(
        "vip.revoke",
        actor=actor,
        member=membership.member,
        reason=reason,
        until_before=grant.until_before.isoformat() if grant.until_before else None,
    )
    return grant
