"""How providers do: when each delivered last, and why one was refused; staff hear of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from numbers.models import Provider
from project.incidents import close_incident, open_incident, was_opened_since

WRONG_SIGNATURE = "the signature is wrong"
HEALTH_EVERY = timedelta(minutes=1)
ALARM_EVERY = timedelta(minutes=10)
# Who can mend it is told.
PERMISSION = "numbers.change_provider"


def note_success(provider: Provider, now: datetime) -> None:
    """Call it inside the transaction that stores the message."""
    stale = Q(last_success_at__isnull=True) | Q(last_success_at__lt=now - HEALTH_EVERY)
    if provider.is_failing:
        stale = Q()
        close_incident(_cause(provider), now)
    Provider.objects.filter(stale, pk=provider.pk).update(last_success_at=now)


@transaction.atomic
def note_failure(provider: Provider, failure: str, *, now: datetime) -> None:
    """What it delivered was refused: kept for its page, and staff are told within a bound.

    Anybody can send a wrong signature: while the provider delivers, that is no alarm.
    """
    news = Q(failed_at__isnull=True) | Q(failed_at__lt=now - HEALTH_EVERY) | ~Q(failure=failure)
    noted = Provider.objects.filter(news, pk=provider.pk)
    if not noted.update(failed_at=now, failure=failure[:100]):
        return
    delivered_at = provider.last_success_at
    delivers = delivered_at is not None and delivered_at > now - ALARM_EVERY
    if failure == WRONG_SIGNATURE and delivers:
        return
    if not was_opened_since(_cause(provider), now - ALARM_EVERY):
        open_incident(_cause(provider), f"{provider}: {failure}.", now, permission=PERMISSION)


def forget_failure(provider: Provider, now: datetime) -> None:
    """It is switched off or deleted: nobody waits for it to do better."""
    close_incident(_cause(provider), now)


def _cause(provider: Provider) -> str:
    return f"sms.{provider.pk}"
