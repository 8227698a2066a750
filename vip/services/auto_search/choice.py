"""A member's choice, and what brings his resting auto-search back to work."""

from datetime import datetime

from django.db import connection, transaction

from accounts.selectors import get_member
from points.errors import WalletFrozen
from project.sql import adapt_time, hot_cursor
from vip.errors import AutoSearchNeedsVip
from vip.models import AutoSearch
from vip.selectors import is_vip

# Also what is due already: a worker may be about to lay it to rest, and this waits for him.
_WAKE = """
    UPDATE vip_autosearch SET due_at = COALESCE(due_at, %s)
    WHERE is_on AND member_id > %s AND member_id <= %s
"""
# Many are locked in one order, whoever does it: an order of VIP and a raised limit wait for
# each other, and not in a circle.
_HOLD = """
    SELECT count(*) FROM (SELECT FROM vip_autosearch WHERE is_on
        AND member_id > %s AND member_id <= %s ORDER BY member_id FOR NO KEY UPDATE) held
"""
_LAST = 2**63 - 1


@transaction.atomic
def set_auto_search(*, member_id: int, is_on: bool, now: datetime) -> None:
    """Switches it on or off; a repeat changes nothing. Off is possible at any time.

    Raises AutoSearchNeedsVip, WalletFrozen.
    """
    if is_on:
        if get_member(member_id).is_frozen:
            raise WalletFrozen()
        if not is_vip(member_id, now):
            raise AutoSearchNeedsVip()
        AutoSearch.objects.get_or_create(pk=member_id)
    # The first search comes when the wait of the last one is over: the worker looks that up.
    rows = AutoSearch.objects.filter(pk=member_id, is_on=not is_on)
    rows.update(is_on=is_on, due_at=now if is_on else None)


def wake_auto_search(member_id: int, now: datetime) -> None:
    """After his VIP was extended, in that transaction: what he had chosen goes on."""
    wake_auto_searches(member_id - 1, member_id, now)


def wake_auto_searches(after: int, end: int, now: datetime) -> None:
    """The same for a range of members, `after` exclusive; who is not VIP goes back to rest."""
    if end > after + 1:
        _hold(after, end)
    with hot_cursor() as cursor:
        cursor.execute(_WAKE, [adapt_time(now), after, end])


def hurry_auto_searches(now: datetime) -> None:
    """After a limit was raised, in that transaction: whoever waits is looked at at once.

    Who may not search yet goes back to waiting. Until the commit no worker takes any of them,
    so none is laid to rest by the limit that was.
    """
    _hold(0, _LAST)
    # Index auto_search_due.
    AutoSearch.objects.filter(due_at__gt=now).update(due_at=now)


def _hold(after: int, end: int) -> None:
    if connection.features.has_select_for_update:
        with hot_cursor() as cursor:
            cursor.execute(_HOLD, [after, end])
