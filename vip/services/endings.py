"""What members are told of VIP that ends or has ended, never twice for one expiry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.services import queue_each
from vip.models import Grant, Membership

BATCH = 1_000
DAY = timedelta(hours=24)


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


def queue_ending_notices(now: datetime) -> int:
    """Queues what is due; returns how many messages are new."""
    return sum(_queue(notice, now) for notice in NOTICES)


def _queue(notice: Notice, now: datetime) -> int:
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
