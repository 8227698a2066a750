"""Reads about premium by ad."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Max

from vip.models import AdNetwork, Membership, Pass, VipSettings


def premium_until(member_id: int) -> datetime | None:
    """The expiry as it stands, past or ahead; None for who never had premium."""
    rows = Membership.objects.filter(pk=member_id)
    return rows.values_list("premium_until", flat=True).first()


def find_active_network() -> AdNetwork | None:
    """Constraint ad_network_one_in_use."""
    return AdNetwork.objects.filter(is_active=True).first()


def is_premium_offered() -> bool:
    return AdNetwork.objects.filter(is_active=True).exists()


def count_passes_used(member_id: int, now: datetime) -> int:
    """How many brought premium on this day (UTC). Constraint pass_numbered_in_day."""
    today = Pass.objects.filter(member=member_id, granted_day=now.astimezone(UTC).date())
    return int(today.aggregate(last=Max("day_number"))["last"] or 0)


def day_ends_at(now: datetime) -> datetime:
    """The midnight (UTC) ahead, when passes are counted anew."""
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


@dataclass(frozen=True, slots=True)
class PremiumOffer:
    """What the page before the link says. `left` is 0 until `opens_at`."""

    is_offered: bool
    limit: int
    left: int
    opens_at: datetime
    hours: int
    span: timedelta


def read_premium_offer(member_id: int, numbers: VipSettings, now: datetime) -> PremiumOffer:
    used = count_passes_used(member_id, now)
    return PremiumOffer(
        is_offered=is_premium_offered(),
        limit=numbers.passes_daily_max,
        left=max(numbers.passes_daily_max - used, 0),
        opens_at=day_ends_at(now),
        hours=numbers.premium_hours,
        span=timedelta(minutes=numbers.pass_minutes),
    )
