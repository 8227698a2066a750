"""What staff may do with messages that were not sent."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import OutboxMessage

from .audit import Actor, record

State = OutboxMessage.State


@transaction.atomic
def retry_messages(messages: QuerySet[OutboxMessage], *, actor: Actor, now: datetime) -> int:
    """Failed and dropped ones wait again; the count of those."""
    again = OutboxMessage.objects.filter(
        pk__in=messages.values("pk"), state__in=[State.FAILED, State.DROPPED]
    )
    count = again.update(
        state=State.WAITING, due_at=now, attempts=0, claimed_until=None, last_error=""
    )
    if count:
        record("message.retry", actor=actor, count=count)
    return count


@transaction.atomic
def drop_messages(messages: QuerySet[OutboxMessage], *, actor: Actor) -> int:
    """Waiting ones are not sent any more; what is being sent at this moment still goes out."""
    waiting = OutboxMessage.objects.filter(pk__in=messages.values("pk"), state=State.WAITING)
    count = waiting.update(state=State.DROPPED)
    if count:
        record("message.drop", actor=actor, count=count)
    return count
