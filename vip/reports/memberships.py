"""Who is VIP now, and in which week that ends."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count

from project.selectors import sum_by_day
from vip.models import Membership

from .periods import week_of

SOON = timedelta(hours=24)
ENDED_DAYS = 30
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Memberships:
    running: int
    soon: int
    ended: int
    # The Monday of each of the next weeks, and how many end in it; the rest ends later.
    weeks: tuple[tuple[date, int], ...]
    later: int


def count_memberships(now: datetime) -> Memberships:
    """All by the index membership_expiry."""
    running = Membership.objects.filter(vip_until__gt=now)
    monday = week_of(now.astimezone(UTC).date())
    end = monday + timedelta(weeks=WEEKS)
    by_day = sum_by_day(running, "vip_until", monday, end, ends=Count("pk"))
    by_week: Counter[date] = Counter()
    for day, figures in by_day.items():
        by_week[week_of(day)] += figures["ends"]
    weeks = [monday + timedelta(weeks=index) for index in range(WEEKS)]
    ended = Membership.objects.filter(
        vip_until__gt=now - timedelta(days=ENDED_DAYS), vip_until__lte=now
    )
    return Memberships(
        running=running.count(),
        soon=running.filter(vip_until__lte=now + SOON).count(),
        ended=ended.count(),
        weeks=tuple((week, by_week[week]) for week in weeks),
        later=running.filter(vip_until__gte=datetime.combine(end, time(), UTC)).count(),
    )
