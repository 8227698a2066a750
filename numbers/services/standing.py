"""What a member stands before when he wants a number: his own limits, and each pool's doors.

Read in one prepared statement, because every lease passes here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from numbers.errors import LeasesOfDayUsed, TooManyLeases
from numbers.models import Lease
from numbers.selectors import LIMIT_COLUMNS, Limits, make_limits
from project.sql import adapt_time, hot_cursor
from vip.selectors import is_vip

DAY = timedelta(hours=24)
# No lease lives longer: the longest there may be, extended once.
LEASE_AGE_MAX = timedelta(days=2)

# His own leases of the last days only, by the index lease_of_member: a history grows for years.
# The pool may be gone or closed: a repeated key is answered all the same.
_READ = f"""
    SELECT made.*, {LIMIT_COLUMNS}, p.id, p.price,
        p.rules <> '' AND NOT EXISTS (SELECT 1 FROM numbers_rulesacceptance a
            WHERE a.member_id = %s AND a.pool_id = p.id AND a.version = p.rules_version),
        EXISTS (SELECT 1 FROM numbers_poolwait w
            WHERE w.pool_id = p.id AND w.held_until IS NULL),
        EXISTS (SELECT 1 FROM numbers_poolwait w
            WHERE w.pool_id = p.id AND w.member_id = %s)
    FROM (
        SELECT (SELECT id FROM numbers_lease WHERE key = %s AND member_id = %s),
            COUNT(CASE WHEN started_at > %s THEN 1 END),
            COUNT(CASE WHEN ended_at IS NULL AND expires_at > %s THEN 1 END)
        FROM numbers_lease WHERE member_id = %s AND started_at >= %s
    ) made LEFT JOIN numbers_numberssettings ON 1 = 1 LEFT JOIN numbers_pool p ON p.is_active
"""  # noqa: S608
_DOOR = 3 + len(Limits.__slots__)


@dataclass(frozen=True, slots=True)
class Door:
    """A pool that is offered, as this member finds it."""

    pool_id: int
    price: int
    needs_rules: bool
    is_queued: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The lease this key has made, his leases of the last day, those he holds, and the pools."""

    member_id: int
    repeat: int | None
    of_day: int
    live: int
    limits: Limits
    doors: list[Door]


def read_standing(member_id: int, *, pool_id: int | None, key: str, now: datetime) -> Standing:
    """With the door of one pool, or without `pool_id` of all. His wallet is locked."""
    day, moment, oldest = (adapt_time(time) for time in (now - DAY, now, now - LEASE_AGE_MAX))
    values = [member_id, member_id, key, member_id, day, moment, member_id, oldest]
    sql = _READ
    if pool_id is not None:
        sql, values = f"{_READ} AND p.id = %s", [*values, pool_id]
    with hot_cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    repeat, of_day, live = rows[0][:3]
    limits = make_limits(rows[0][3:_DOOR])
    doors = [_make_door(*row[_DOOR:]) for row in rows if row[_DOOR] is not None]
    return Standing(member_id, repeat, of_day, live, limits, doors)


def check_limits(standing: Standing, now: datetime, *, given_back: int = 0) -> None:
    """Raises TooManyLeases, LeasesOfDayUsed. What he gives back for it he holds no more."""
    limits, live = standing.limits, standing.live - given_back
    if live >= limits.leases_at_once:
        at_once = limits.leases_at_once
        if is_vip(standing.member_id, now):
            at_once = max(at_once, limits.leases_at_once_vip)
        if live >= at_once:
            raise TooManyLeases(limit=at_once, vip_limit=limits.leases_at_once_vip)
    if standing.of_day >= limits.leases_per_day:
        next_at = _find_next_start(standing, now)
        raise LeasesOfDayUsed(limit=limits.leases_per_day, next_at=next_at)


def _find_next_start(standing: Standing, now: datetime) -> datetime | None:
    """When so many of his leases are a day old that another is allowed; None if none ever is."""
    mine = Lease.objects.filter(member_id=standing.member_id, started_at__gt=now - DAY)
    newest = mine.order_by("-started_at").values_list("started_at", flat=True)
    started = list(newest[: standing.limits.leases_per_day])
    return started[-1] + DAY if started else None


def _make_door(
    pool_id: int, price: int, needs_rules: object, is_queued: object, is_waiting: object
) -> Door:
    # SQLite's truth is 1.
    return Door(pool_id, price, bool(needs_rules), bool(is_queued), bool(is_waiting))
