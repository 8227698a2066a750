"""Texts and codes of SMS, and what they were read from, are kept for so long and no longer."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from numbers.models import InboundSms, RawEvent
from numbers.selectors import get_settings

PURGED_AT_ONCE = 1_000


@transaction.atomic
def purge_texts(now: datetime, *, limit: int = PURGED_AT_ONCE) -> int:
    """Empties the oldest messages past their time; returns how many. The rows stay.

    They keep an id from being stored, and delivered, a second time, and the statistics whole.
    """
    before = now - timedelta(days=get_settings().sms_kept_days)
    # Index sms_with_text, oldest first. Two at once take different rows.
    is_skipping = connection.features.has_select_for_update_skip_locked
    rows = InboundSms.objects.filter(purged_at__isnull=True, received_at__lt=before)
    found = rows.order_by("received_at").select_for_update(skip_locked=is_skipping)
    ids = list(found.values_list("pk", flat=True)[:limit])
    return InboundSms.objects.filter(pk__in=ids).update(text="", code="", purged_at=now)


@transaction.atomic
def purge_events(now: datetime, *, limit: int = PURGED_AT_ONCE) -> int:
    """Deletes the oldest deliveries past their time, read or not; returns how many.

    The messages stay, and keep what they say from being delivered a second time.
    """
    before = now - timedelta(days=get_settings().sms_kept_days)
    is_skipping = connection.features.has_select_for_update_skip_locked
    # Index event_newest, from its end.
    found = RawEvent.objects.filter(came_at__lt=before, due_at__isnull=True).order_by("came_at")
    rows = found.select_for_update(skip_locked=is_skipping)
    ids = list(rows.values_list("pk", flat=True)[:limit])
    return RawEvent.objects.filter(pk__in=ids).delete()[0]
