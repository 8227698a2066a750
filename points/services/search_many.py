"""Searching for many members in one transaction, by a few statements for all of them.

Each search is worth what it is worth alone (search.py): the same wait, the same odds, the same
entry. Whose wallet somebody else holds at the moment is left for another time: nobody waits here,
so there is no deadlock with whoever locks wallets in an order of his own.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from points.models import Entry, PointsSettings
from points.selectors import get_settings
from project.sql import adapt_time, hot_cursor, one_of, read_time, rows_of

from .chance import CHANCE
from .items import add_one_each
from .search import Perks, cause_of_item, cooldown_of, draw_item, draw_points

# Parameters and rows of one statement.
SEEKERS_MAX = 500

Outcome = Literal["found", "early", "frozen", "known"]


@dataclass(frozen=True, slots=True)
class Sought:
    """What came of one member's search. `ready_at` is when he may search next.

    early: the wait is not over; frozen: nothing can be credited; known: the key had been used.
    """

    outcome: Outcome
    ready_at: datetime
    amount: int = 0
    item: str = ""


_LOCK = "SELECT member_id FROM points_wallet WHERE member_id {} ORDER BY member_id"
_LOCK_ROWS = " FOR NO KEY UPDATE SKIP LOCKED"
# Apart from the lock: what stands in a locking statement beside the locked row may be older.
_READ = """
    SELECT w.member_id, w.balance, s.ready_at,
        m.frozen_at IS NOT NULL OR m.banned_at IS NOT NULL OR m.anonymised_at IS NOT NULL
    FROM points_wallet w JOIN accounts_member m ON m.id = w.member_id
    LEFT JOIN points_search s ON s.member_id = w.member_id
    WHERE w.member_id {}
"""
# Asks for the freeze once more, as the ledger does.
_POST = """
    WITH found (member_id, amount, balance_after, key) AS ({})
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,
        created_at)
    SELECT f.member_id, f.amount, f.balance_after, %s, f.key, '', '', %s
    FROM found f JOIN accounts_member m ON m.id = f.member_id
    WHERE m.frozen_at IS NULL AND m.banned_at IS NULL
    ON CONFLICT (key) DO NOTHING RETURNING wallet_id
"""
_NOTE = """
    INSERT INTO points_search (member_id, count, searched_at, ready_at, is_reminded)
    SELECT member_id, 1, %s, %s, FALSE FROM points_wallet WHERE member_id {}
    ON CONFLICT (member_id) DO UPDATE SET count = points_search.count + 1,
        searched_at = excluded.searched_at, ready_at = excluded.ready_at, is_reminded = FALSE
"""
_TIMES = "SELECT key, created_at FROM points_entry WHERE key {}"


@dataclass(frozen=True, slots=True)
class _Seeker:
    member_id: int
    balance: int
    ready_at: datetime | None
    is_frozen: bool


def search_many(
    keys: Mapping[int, str],
    *,
    now: datetime,
    perks: Perks,
    chance: random.Random = CHANCE,
) -> dict[int, Sought]:
    """Searches once for each member, under the key given for him, inside the open transaction.

    Who is missing from the answer has a wallet that is busy at the moment.
    """
    assert len(keys) <= SEEKERS_MAX and connection.in_atomic_block
    numbers = get_settings()
    result: dict[int, Sought] = {}
    ready: list[_Seeker] = []
    for seeker in _hold(keys):
        if seeker.is_frozen:
            result[seeker.member_id] = Sought("frozen", seeker.ready_at or now)
        elif seeker.ready_at and now < seeker.ready_at:
            result[seeker.member_id] = Sought("early", seeker.ready_at)
        else:
            ready.append(seeker)
    if ready:
        result |= _search(ready, keys, numbers, perks, chance, now)
    return result


def times_of_searches(keys: Iterable[str]) -> dict[str, datetime]:
    """When each of these keys was used; those that never were are missing."""
    names = [f"search:{key}" for key in keys]
    found: dict[str, datetime] = {}
    for start in range(0, len(names), SEEKERS_MAX):
        part = names[start : start + SEEKERS_MAX]
        which, values = one_of(part)
        rows = _fetch(_TIMES.format(which), values)
        found |= {key.removeprefix("search:"): read_time(moment) for key, moment in rows}
    return found


def _hold(member_ids: Iterable[int]) -> list[_Seeker]:
    ids = sorted(member_ids)
    if not ids:
        return []
    lock = _LOCK_ROWS if connection.features.has_select_for_update_skip_locked else ""
    which, values = one_of(ids)
    held = [row[0] for row in _fetch(_LOCK.format(which) + lock, values)]
    if not held:
        return []
    which, values = one_of(held)
    return [
        _Seeker(member_id, balance, ready_at and read_time(ready_at), bool(is_frozen))
        for member_id, balance, ready_at, is_frozen in _fetch(_READ.format(which), values)
    ]


def _search(
    seekers: Sequence[_Seeker],
    keys: Mapping[int, str],
    numbers: PointsSettings,
    perks: Perks,
    chance: random.Random,
    now: datetime,
) -> dict[int, Sought]:
    ready_at = now + cooldown_of(numbers, perks)
    amounts = {seeker.member_id: draw_points(numbers, perks, chance) for seeker in seekers}
    credited = _post(seekers, keys, amounts, now)
    result = _judge([seeker for seeker in seekers if seeker.member_id not in credited], keys, now)
    items = {member_id: item for member_id in credited if (item := draw_item(numbers, chance))}
    if items:
        add_one_each(items, {pk: cause_of_item(keys[pk], now) for pk in items})
    if credited:
        _note(credited, ready_at, now)
    for member_id in credited:
        amount, item = amounts[member_id], items.get(member_id, "")
        result[member_id] = Sought("found", ready_at, amount, item)
    return result


def _judge(refused: Sequence[_Seeker], keys: Mapping[int, str], now: datetime) -> dict[int, Sought]:
    """Whose entry was not written: his key had been used, or he was frozen just now."""
    known = times_of_searches(keys[seeker.member_id] for seeker in refused)
    return {
        seeker.member_id: Sought(
            "known" if keys[seeker.member_id] in known else "frozen", seeker.ready_at or now
        )
        for seeker in refused
    }


def _post(
    seekers: Sequence[_Seeker],
    keys: Mapping[int, str],
    amounts: Mapping[int, int],
    now: datetime,
) -> list[int]:
    """Whose search is credited, in the order of their numbers."""
    found = [
        (
            seeker.member_id,
            amounts[seeker.member_id],
            seeker.balance + amounts[seeker.member_id],
            f"search:{keys[seeker.member_id]}",
        )
        for seeker in seekers
    ]
    rows, values = rows_of(("bigint", "bigint", "bigint", "text"), found)
    values += [Entry.Kind.SEARCH.value, adapt_time(now)]
    return sorted(row[0] for row in _fetch(_POST.format(rows), values))


def _note(member_ids: Sequence[int], ready_at: datetime, now: datetime) -> None:
    which, values = one_of(member_ids)
    with hot_cursor() as cursor:
        cursor.execute(_NOTE.format(which), [adapt_time(now), adapt_time(ready_at), *values])


def _fetch(sql: str, values: Sequence[Any]) -> list[Any]:
    with hot_cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
