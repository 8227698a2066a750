"""What Prometheus is told of messages to be sent."""

from collections.abc import Iterator
from datetime import datetime

from accounts.models import OutboxMessage
from project.metrics import Metric, Sample

COUNT_MAX = 100_000


def messages_due(now: datetime) -> Iterator[Sample]:
    # Index outbox_waiting.
    due = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, due_at__lte=now)
    yield {}, due.order_by()[:COUNT_MAX].count()


METRICS = [
    Metric(
        name="messages_due",
        help=f"Messages of the outbox that should have been sent, counted up to {COUNT_MAX}.",
        read=messages_due,
    )
]
