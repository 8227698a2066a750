"""The staff gives VIP, or takes it back: to one, to some, to all."""

from datetime import datetime

from django.db import transaction

from accounts.services import Actor, clean_reason
from points.errors import KeyReused
from vip.audience import Audience
from vip.errors import InvalidDays
from vip.models import DAYS_MAX, GrantOrder

from .orders import carry_out_order


@transaction.atomic
def grant_vip(
    *,
    audience: Audience,
    days: int,
    reason: str,
    actor: Actor,
    key: str,
    now: datetime,
    is_watched: bool = False,
) -> GrantOrder:
    """Adds days to every member meant who can be given any, once per key.

    Locks the order, then the memberships in the order of their keys. Very many are given
    in the background, see carry_out_order. Raises InvalidDays, ReasonRequired,
    NobodyToGrant, and KeyReused when the key gave something else.
    """
    order = draft_grant(audience=audience, days=days, reason=reason, actor=actor, key=key, now=now)
    return carry_out_order(order_id=order.pk, actor=actor, now=now, is_watched=is_watched)


@transaction.atomic
def revoke_many(
    *, audience: Audience, reason: str, actor: Actor, key: str, now: datetime
) -> GrantOrder:
    """Ends VIP now for every member meant who has any, once per key, as grant_vip gives it.

    Raises ReasonRequired, NotVip, KeyReused.
    """
    order = _draft(GrantOrder.Act.REVOKE, audience, 0, reason, actor, key, now)
    return carry_out_order(order_id=order.pk, actor=actor, now=now)


@transaction.atomic
def draft_grant(
    *, audience: Audience, days: int, reason: str, actor: Actor, key: str, now: datetime
) -> GrantOrder:
    """Writes down what is to be given, so that a button needs to carry its number only."""
    if not 1 <= days <= DAYS_MAX:
        raise InvalidDays(text=str(days))
    return _draft(GrantOrder.Act.GIVE, audience, days, reason, actor, key, now)


def _draft(
    act: GrantOrder.Act,
    audience: Audience,
    days: int,
    reason: str,
    actor: Actor,
    key: str,
    now: datetime,
) -> GrantOrder:
    asked = {
        "act": act.value,
        "audience": audience.dump(),
        "days": days,
        "reason": clean_reason(reason),
        "actor_user_id": actor.user_id,
    }
    named = {"actor_label": actor.label[:150], "actor_origin": actor.origin, "drafted_at": now}
    order, is_new = GrantOrder.objects.get_or_create(key=key, defaults={**asked, **named})
    if not is_new and any(getattr(order, name) != value for name, value in asked.items()):
        raise KeyReused()
    return order
