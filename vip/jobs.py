"""Periodic work of VIP. Expiry needs none of it: it is told here, and drafts are tidied up."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.services import queue_each
from vip.models import Grant, GrantOrder, Membership
from vip.reports.report import close_report_days as sum_report_days
from vip.services import (
    begin_attempt,
    claim_quiet_orders,
    continue_order,
    drop_expired_passes,
    end_attempt,
    forget_views,
    tally_views,
    wake_worker,
)

logger = logging.getLogger(__name__)

BATCH = 1_000
DAY = timedelta(hours=24)
DRAFT_KEPT = timedelta(days=1)
# So long a worker stays at an order before others' jobs have their turn.
TURN_SECONDS = 15.0
# Between two chunks on SQLite, which has one writer at a time and queues nobody.
PAUSE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Notice:
    """Told while the expiry lies in the span (after, until], seen from now."""

    name: str
    after: timedelta
    until: timedelta

    @property
    def kind(self) -> str:
        return "vip.ended" if self.name == "ended" else "vip.ending"


# The spans do not meet: after an outage each member is told the most urgent one only.
NOTICES = (
    Notice("ended", -timedelta(days=7), timedelta(0)),
    Notice("1h", timedelta(0), timedelta(hours=1)),
    Notice("24h", timedelta(hours=1), DAY),
)


def tell_of_endings(now: datetime | None = None) -> int:
    """Queues what is to be told of VIP that ends or has ended, never twice for one expiry."""
    now = now or timezone.now()
    return sum(_tell(notice, now) for notice in NOTICES)


def purge_drafts(now: datetime | None = None) -> int:
    """Drops orders that were looked at and never confirmed. Index grant_order_drafts."""
    before = (now or timezone.now()) - DRAFT_KEPT
    drafts = GrantOrder.objects.filter(done_at=None, started_at=None, drafted_at__lt=before)
    return drafts.delete()[0]


def purge_passes(now: datetime | None = None) -> int:
    """Drops passes that ended unused; their counts stay."""
    return drop_expired_passes(now or timezone.now())


def close_report_days() -> None:
    """Sums yesterday for the report before anybody has to wait for it; at first, all of a year."""
    sum_report_days(timezone.now())


def count_video_views() -> int:
    """What the dashboard shows of each video; until it has run, that is a little old."""
    return tally_views(timezone.now())


def forget_video_views() -> int:
    return forget_views(timezone.now())


def work_on_order(order_id: int) -> None:
    """Goes on with an order chunk by chunk; what is left after a turn is queued again."""
    end = time.monotonic() + TURN_SECONDS
    while begin_attempt(order_id=order_id, now=timezone.now()):
        if not _try_chunk(order_id):
            return
        if time.monotonic() > end:
            wake_worker(order_id)
            return
        if connection.vendor == "sqlite":
            time.sleep(PAUSE_SECONDS)


def _try_chunk(order_id: int) -> bool:
    """Whether another may follow. What fails is tried again by the sweep, so often and no more."""
    try:
        return continue_order(order_id=order_id, now=timezone.now()).is_running
    except Exception as error:  # noqa: BLE001  whatever it is, it is counted and told
        # Its words may quote what people wrote: the kind is enough to go by.
        fault = type(error).__name__
        logger.error("Order %s: a chunk failed of %s", order_id, fault)
        end_attempt(order_id=order_id, fault=fault, now=timezone.now())
        return False


def wake_quiet_orders(now: datetime | None = None) -> int:
    """Orders whose worker died, or that Redis forgot, go on from where they are."""
    quiet = claim_quiet_orders(now or timezone.now())
    for order_id in quiet:
        wake_worker(order_id)
    return len(quiet)


def _tell(notice: Notice, now: datetime) -> int:
    return sum(
        queue_each(
            kind=notice.kind,
            due_at=now,
            messages={
                # The expiry is part of the key: what is renewed is told anew.
                f"vip.{notice.name}:{member_id}:{until.timestamp():.6f}": (
                    member_id,
                    {"until": until.isoformat(), "notice": notice.name},
                )
                for member_id, until in batch
            },
        )
        for batch in _batches(_list_due(notice, now))
    )


def _list_due(notice: Notice, now: datetime) -> QuerySet[Membership]:
    """By the index membership_expiry."""
    due = Membership.objects.filter(
        vip_until__gt=now + notice.after,
        vip_until__lte=now + notice.until,
        member__notify_vip=True,
        member__banned_at=None,
        member__anonymised_at=None,
    )
    latest = Grant.objects.filter(membership=OuterRef("pk"), until_after=OuterRef("vip_until"))
    if notice.name == "ended":
        # Who lost VIP to the staff was told of that.
        return due.exclude(Exists(latest.filter(kind=Grant.Kind.REVOKED)))
    if notice.name == "24h":
        # Who buys a single day needs not hear at once that it ends in a day.
        return due.exclude(Exists(latest.filter(created_at__gte=OuterRef("vip_until") - DAY)))
    return due


def _batches(due: QuerySet[Membership]) -> Iterator[list[tuple[int, datetime]]]:
    rows: QuerySet[Any, Any] = due.order_by("vip_until", "pk").values_list("pk", "vip_until")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        member_id, until = batch[-1]
        further = Q(vip_until__gt=until) | Q(vip_until=until, pk__gt=member_id)
        batch = list(rows.filter(further)[:BATCH]) if len(batch) == BATCH else []
