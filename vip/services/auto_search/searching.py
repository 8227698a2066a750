"""The searches of those who are due, many in one transaction.

Any number of workers may run: a worker takes rows that no other holds, and with them the
wallets that nobody holds, so it never waits for a wallet. What it takes it finishes in the same
transaction: killed at any moment, it has searched and noted it, or neither. After an outage each
member gets one search, and the next a wait later: what was missed is not made up for.
"""

import json
import logging
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction

from points.services import Perks, Sought, search_many, times_of_searches
from points.services.chance import CHANCE
from project.sql import adapt_time, hot_cursor, read_time, rows_of
from vip.auto_search import DAY, boost_of, search_key
from vip.models import AutoSearch
from vip.selectors import get_settings

from .claims import claim_lock
from .digests import DIGEST_EVERY
from .limits import tell_of_limit

logger = logging.getLogger(__name__)

# In one transaction: so long the wallets of these members wait.
BATCH = 200
# Whose wallet is busy is tried again after this time, who cannot get points after that: nobody
# tells us when he can again, and looking costs little.
BUSY_PAUSE = timedelta(seconds=2)
FROZEN_PAUSE = timedelta(minutes=5)
# A member whose search fails by a fault of ours makes room for the others.
FAULT_PAUSE = timedelta(minutes=5)


@dataclass(slots=True)
class _Row:
    member_id: int
    count: int
    limit: int
    is_vip: bool
    is_told: bool
    items: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Done:
    """What to note of a row: when it is due again, and what was found."""

    member_id: int
    due_at: datetime
    found: int = 0
    points: int = 0
    # The number of a search that was there already is passed by.
    passed: int = 0


# Index auto_search_due.
_CLAIM = """
    SELECT a.member_id, a.count, a.boost, a.boost_until, a.found_items, v.vip_until,
        m.notify_points
    FROM vip_autosearch a JOIN accounts_member m ON m.id = a.member_id
    LEFT JOIN vip_membership v ON v.member_id = a.member_id
    WHERE a.due_at <= %s {only} ORDER BY a.due_at LIMIT %s
"""
_NOTE = """
    WITH done (member_id, due_at, found, points, passed, digest_at) AS ({})
    UPDATE vip_autosearch SET due_at = d.due_at,
        count = vip_autosearch.count + d.found + d.passed,
        found_count = vip_autosearch.found_count + d.found,
        found_points = vip_autosearch.found_points + d.points,
        digest_at = CASE WHEN d.found = 0 THEN vip_autosearch.digest_at
            ELSE COALESCE(vip_autosearch.digest_at, d.digest_at) END
    FROM done d WHERE vip_autosearch.member_id = d.member_id
"""
_COUNT = """
    INSERT INTO vip_autosearchday (day, searches, points) VALUES (%s, %s, %s)
    ON CONFLICT (day) DO UPDATE SET searches = vip_autosearchday.searches + excluded.searches,
        points = vip_autosearchday.points + excluded.points
"""
_NOTE_ITEMS = "UPDATE vip_autosearch SET found_items = %s WHERE member_id = %s"


def search_for_due(
    *,
    now: datetime,
    perks: Perks,
    limit: int = BATCH,
    chance: random.Random = CHANCE,
) -> int:
    """Searches for up to `limit` members who are due; returns how many were seen to.

    One query by index when nobody is due. `perks` are those of VIP. Call it outside a
    transaction.
    """
    taken: list[int] = []
    try:
        return _take(taken, now, perks, limit, chance)
    except OperationalError:
        # The database is away, or chose us to give way: the caller comes again.
        raise
    except Exception:
        logger.exception("auto-search: %s members are tried one by one", len(taken))
    return sum(_take_alone(member_id, now, perks, chance) for member_id in taken)


def _take_alone(member_id: int, now: datetime, perks: Perks, chance: random.Random) -> int:
    try:
        return _take([], now, perks, 1, chance, only=member_id)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001  one member must not keep the others waiting
        logger.error("auto-search of member %s failed: %s", member_id, type(error).__name__)
    AutoSearch.objects.filter(pk=member_id, is_on=True).update(due_at=now + FAULT_PAUSE)
    return 1


@transaction.atomic
def _take(
    taken: list[int],
    now: datetime,
    perks: Perks,
    limit: int,
    chance: random.Random,
    only: int | None = None,
) -> int:
    rows = claim_due(now, limit, only)
    taken += [row.member_id for row in rows]
    ended = [row.member_id for row in rows if not row.is_vip]
    if ended:
        # Until VIP is back, or the member's button is pressed: he is told of its end by
        # services/endings.py, in the same words.
        AutoSearch.objects.filter(pk__in=ended).update(due_at=None)
    live = [row for row in rows if row.is_vip]
    opens_at = _find_limited(live, now)
    keys = {
        row.member_id: search_key(row.member_id, row.count + 1)
        for row in live
        if row.member_id not in opens_at
    }
    sought = search_many(keys, now=now, perks=perks, chance=chance) if keys else {}
    done = [_Done(member_id, moment) for member_id, moment in opens_at.items()]
    done += [_judge(member_id, sought.get(member_id), now) for member_id in keys]
    _note(done, now)
    _note_items(live, sought)
    limits = {row.member_id: row.limit for row in live if row.is_told}
    tell_of_limit({pk: (limits[pk], opens_at[pk]) for pk in opens_at if pk in limits}, now)
    _count(done, now)
    return len(rows)


def claim_due(now: datetime, limit: int, only: int | None = None) -> list[_Row]:
    """Locks rows that are due and that no other worker holds, longest due first."""
    sql = _CLAIM.format(only="" if only is None else "AND a.member_id = %s") + claim_lock()
    values: list[Any] = [adapt_time(now), *([] if only is None else [only]), limit]
    with hot_cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    daily_max = get_settings().auto_search_daily_max if found else 0
    return [
        _Row(
            member_id=row[0],
            count=row[1],
            limit=daily_max + boost_of(row[2], row[3] and read_time(row[3]), now),
            is_vip=bool(row[5]) and read_time(row[5]) > now,
            is_told=bool(row[6]),
            items=json.loads(row[4]),
        )
        for row in found
    ]


def _find_limited(rows: Collection[_Row], now: datetime) -> dict[int, datetime]:
    """Who has used up the limit of the 24 hours before now, and when the next search opens."""
    keys = {
        search_key(row.member_id, row.count + 1 - row.limit): row.member_id
        for row in rows
        if row.count >= row.limit
    }
    times = times_of_searches(keys)
    return {keys[key]: used + DAY for key, used in times.items() if used > now - DAY}


def _judge(member_id: int, sought: Sought | None, now: datetime) -> _Done:
    if sought is None:
        return _Done(member_id, now + BUSY_PAUSE)
    if sought.outcome == "frozen":
        return _Done(member_id, now + FROZEN_PAUSE)
    if sought.outcome == "known":
        return _Done(member_id, now, passed=1)
    if sought.outcome == "early":
        return _Done(member_id, sought.ready_at)
    return _Done(member_id, sought.ready_at, found=1, points=sought.amount)


def _note(done: Sequence[_Done], now: datetime) -> None:
    if not done:
        return
    digest_at = adapt_time(now + DIGEST_EVERY)
    noted = [
        (one.member_id, adapt_time(one.due_at), one.found, one.points, one.passed, digest_at)
        for one in done
    ]
    types = ("bigint", "timestamptz", "int", "bigint", "int", "timestamptz")
    rows, values = rows_of(types, noted)
    with hot_cursor() as cursor:
        cursor.execute(_NOTE.format(rows), values)


def _count(done: Sequence[_Done], now: datetime) -> None:
    """Last, because all workers count on the row of the day."""
    searches = sum(one.found for one in done)
    if searches:
        with hot_cursor() as cursor:
            cursor.execute(_COUNT, [now.date(), searches, sum(one.points for one in done)])


def _note_items(rows: Iterable[_Row], sought: dict[int, Sought]) -> None:
    """Few find one: each has a statement of its own."""
    with hot_cursor() as cursor:
        for row in rows:
            result = sought.get(row.member_id)
            if result and result.item:
                items = {**row.items, result.item: row.items.get(result.item, 0) + 1}
                cursor.execute(_NOTE_ITEMS, [json.dumps(items), row.member_id])
