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
# So many are locked together when all are woken.
CHUNK = 1_000


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
    """After a raised limit was committed: whoever waits is looked at at once, and who may not
    search yet goes back to waiting.

    A chunk is a transaction: no button and no purchase waits for more than one. A worker reads
    the limit once he holds a row, so whom the old one lays to rest meanwhile is waited for here.
    """
    last = 0
    # By the primary key: most rows are switched on.
    members = AutoSearch.objects.filter(is_on=True).order_by("pk").values_list("pk", flat=True)
    while chunk := list(members.filter(pk__gt=last)[:CHUNK]):
        with transaction.atomic():
            _hold(last, chunk[-1])
            span = AutoSearch.objects.filter(pk__gt=last, pk__lte=chunk[-1])
            span.filter(due_at__gt=now).update(due_at=now)
        last = chunk[-1]


def _hold(after: int, end: int) -> None:
    if connection.features.has_select_for_update:
        with hot_cursor() as cursor:
            cursor.execute(_HOLD, [after, end])
