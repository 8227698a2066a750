"""The limit of auto-search, and where a member stands with it.

The limit holds for every span of 24 hours, wherever it begins: search number n waits until 24
hours have gone by since search number n - limit. When that was stands in the ledger, under a key
made of the number, so nothing else is kept and nothing can run apart from what was credited. A
boost that begins or ends, or another limit in the settings, holds from the next search on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from points.services import times_of_searches
from vip.models import AutoSearch, VipSettings

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoSearchStanding:
    """`used` of `limit` searches in the last 24 hours; the next one is possible from
    `opens_at` on, as far as the limit goes; None: at once."""

    is_on: bool
    used: int
    limit: int
    boost: int
    boost_until: datetime | None
    opens_at: datetime | None


def search_key(member_id: int, number: int) -> str:
    return f"auto:{member_id}:{number}"


def boost_of(boost: int, until: datetime | None, now: datetime) -> int:
    return boost if until and until > now else 0


def auto_search_standing(member_id: int, now: datetime) -> AutoSearchStanding:
    row = AutoSearch.objects.filter(pk=member_id).first() or AutoSearch(pk=member_id)
    settings = VipSettings.read()
    boost = boost_of(row.boost, row.boost_until, now)
    limit = settings.auto_search_daily_max + boost
    last = range(max(row.count - limit, 0) + 1, row.count + 1)
    # By the unique key of each: no more of them than the limit.
    times = times_of_searches(search_key(member_id, number) for number in last)
    used = sorted(moment for moment in times.values() if moment > now - DAY)
    return AutoSearchStanding(
        is_on=row.is_on,
        used=len(used),
        limit=limit,
        boost=boost,
        boost_until=row.boost_until if boost else None,
        opens_at=used[0] + DAY if len(used) >= limit else None,
    )
