"""A member gets premium by watching an ad: offered a pass, come back with its token, granted.

Every act locks the member's membership, then his pass.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from accounts.services import queue_message
from vip.errors import (
    ForeignPass,
    PassCapReached,
    PassExpired,
    PassUsed,
    PremiumNotOffered,
    UnknownPass,
)
from vip.models import Membership, Pass, VipSettings
from vip.premium import count_passes_used, day_ends_at, find_active_network
from vip.selectors import get_settings
from vip.tokens import hash_token, make_token, new_alias


@dataclass(frozen=True, slots=True)
class PassUse:
    """`until` is None while the proof is waited for that the ad was watched."""

    until: datetime | None
    left_today: int


@transaction.atomic
def offer_pass(*, member_id: int, now: datetime) -> Pass:
    """The pass that he was offered and has not used, or a new one.

    Raises PremiumNotOffered, PassCapReached.
    """
    network = find_active_network()
    if network is None:
        raise PremiumNotOffered()
    lock_membership(member_id)
    numbers = get_settings()
    _count_used(member_id, numbers, now)
    # Constraint pass_one_current.
    held = Pass.objects.select_for_update().filter(member=member_id, is_current=True).first()
    if held and held.expires_at > now and held.network_id == network.pk and _is_ours(held):
        return held
    if held:
        held.is_current = False
        held.save(update_fields=["is_current"])
    alias = new_alias()
    return Pass.objects.create(
        member_id=member_id,
        network=network,
        alias=alias,
        token_hash=hash_token(make_token(member_id=member_id, alias=alias)),
        offered_at=now,
        expires_at=now + timedelta(minutes=numbers.pass_minutes),
    )


@transaction.atomic
def use_pass(*, member_id: int, token: str, now: datetime) -> PassUse:
    """Grants premium, once; where the network's proof is missing, waits for it.

    Raises UnknownPass, ForeignPass, PassUsed, PassExpired, PassCapReached.
    """
    found = Pass.objects.filter(token_hash=hash_token(token)).values("pk", "member").first()
    if found is None:
        raise UnknownPass()
    if found["member"] != member_id:
        raise ForeignPass()
    membership = lock_membership(member_id)
    held = lock_pass(found["pk"])
    if held is None:
        raise UnknownPass()
    if held.granted_at:
        raise PassUsed(until=membership.premium_until if membership.is_premium(now) else None)
    if held.expires_at <= now:
        raise PassExpired()
    numbers = get_settings()
    used = _count_used(member_id, numbers, now)
    left = numbers.passes_daily_max - used
    if held.network.needs_proof and held.proved_at is None:
        held.returned_at = held.returned_at or now
        held.save(update_fields=["returned_at"])
        return PassUse(until=None, left_today=left)
    return PassUse(until=_grant(held, membership, numbers, used, now), left_today=left - 1)


@transaction.atomic
def prove_pass(*, network_id: int, alias: str, now: datetime) -> bool:
    """Notes that the network saw the ad watched; False when it has no such pass.

    Who came back in time and waits for this is granted premium now, and told. For all others
    the link does that. Said again, it changes nothing.
    """
    found = Pass.objects.filter(alias=alias, network=network_id).values("pk", "member").first()
    if found is None:
        return False
    membership = lock_membership(found["member"])
    held = lock_pass(found["pk"])
    if held is None or held.proved_at:
        return held is not None
    held.proved_at = now
    held.save(update_fields=["proved_at"])
    numbers = get_settings()
    used = count_passes_used(held.member_id, now)
    is_awaited = held.returned_at is not None and held.granted_at is None
    if is_awaited and used < numbers.passes_daily_max:
        _grant(held, membership, numbers, used, now)
        queue_message(
            kind="vip.premium",
            key=f"vip.premium:{held.pk}",
            member_id=held.member_id,
            due_at=now,
            pass_id=held.pk,
        )
    return True


def lock_membership(member_id: int) -> Membership:
    """A first one is opened."""
    locked = Membership.objects.select_for_update().filter(pk=member_id)
    membership = locked.first()
    if membership is None:
        Membership.objects.bulk_create([Membership(member_id=member_id)], ignore_conflicts=True)
        membership = locked.get()
    return membership


def lock_pass(pass_id: int) -> Pass | None:
    """None when it was deleted meanwhile."""
    rows = Pass.objects.select_for_update(of=("self",)).select_related("network")
    return rows.filter(pk=pass_id).first()


def _count_used(member_id: int, numbers: VipSettings, now: datetime) -> int:
    """Of the day that is; raises PassCapReached when that is all."""
    used = count_passes_used(member_id, now)
    if used >= numbers.passes_daily_max:
        raise PassCapReached(limit=numbers.passes_daily_max, opens_at=day_ends_at(now))
    return used


def _is_ours(held: Pass) -> bool:
    """After a change of SECRET_KEY its token cannot be made again."""
    return hash_token(make_token(member_id=held.member_id, alias=held.alias)) == held.token_hash


def _grant(
    held: Pass, membership: Membership, numbers: VipSettings, used: int, now: datetime
) -> datetime:
    until = now + timedelta(hours=numbers.premium_hours)
    if membership.premium_until and membership.premium_until > until:
        until = membership.premium_until
    membership.premium_until = until
    membership.save(update_fields=["premium_until"])
    held.granted_at = now
    held.granted_day = now.astimezone(UTC).date()
    held.day_number = used + 1
    held.until_after = until
    held.is_current, held.link = False, ""
    held.save()
    return until
