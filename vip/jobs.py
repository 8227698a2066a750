"""Periodic work of VIP; expiry needs none of it."""

from datetime import datetime, timedelta

from django.utils import timezone

from project.long_jobs import take_turn
from vip.models import GrantOrder
from vip.reports.report import close_report_days as sum_report_days
from vip.services import (
    begin_attempt,
    claim_quiet_orders,
    continue_order,
    drop_expired_passes,
    end_attempt,
    forget_views,
    queue_ending_notices,
    tally_views,
    wake_worker,
)

DRAFT_KEPT = timedelta(days=1)


def tell_of_endings(now: datetime | None = None) -> int:
    """Whoever's VIP ends in a day or in an hour, or has ended."""
    return queue_ending_notices(now or timezone.now())


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
    is_left = take_turn(
        lambda now: begin_attempt(order_id=order_id, now=now),
        lambda now: continue_order(order_id=order_id, now=now),
        lambda fault, now: end_attempt(order_id=order_id, fault=fault, now=now),
    )
    if is_left:
        wake_worker(order_id)


def wake_quiet_orders(now: datetime | None = None) -> int:
    """Orders whose worker died, or that Redis forgot, go on from where they are."""
    quiet = claim_quiet_orders(now or timezone.now())
    for order_id in quiet:
        wake_worker(order_id)
    return len(quiet)
