"""Everything that a member may wait for, at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from points.models import Multiplier, PlayLimits, Search

from .daily import DailyStanding, daily_standing
from .games import active_multiplier
from .items import count_jackpots
from .transfers import transfer_left, transfer_opens_at
from .wallets import get_settings

if TYPE_CHECKING:
    from accounts.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A time is None where there is nothing to wait for; `search` too, then."""

    daily: DailyStanding
    search: Search | None
    jackpots: int
    multiplier: Multiplier | None
    sending_opens_at: datetime | None
    sending_left: int
    games_paused_until: datetime | None


def waits_of(member: "Member", *, daily_interval: timedelta, now: datetime) -> Waits:
    """`daily_interval` is shorter for some."""
    numbers = get_settings()
    limits = PlayLimits.objects.filter(pk=member.pk, paused_until__gt=now).first()
    return Waits(
        daily=daily_standing(member.pk, numbers.daily_ladder, daily_interval, now),
        search=Search.objects.filter(pk=member.pk, ready_at__gt=now).first(),
        jackpots=count_jackpots(member.pk),
        multiplier=active_multiplier(member.pk),
        sending_opens_at=transfer_opens_at(member.joined_at, numbers.transfer_min_age_hours, now),
        sending_left=transfer_left(member.pk, numbers, now),
        games_paused_until=limits.paused_until if limits else None,
    )
