"""How providers do: when each delivered last, and what goes wrong with one; staff hear of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from numbers.models import Provider
from project.incidents import close_incident, open_incident, was_opened_since

WRONG_SIGNATURE = "the signature is wrong"
HEALTH_EVERY = timedelta(minutes=1)
ALARM_EVERY = timedelta(minutes=10)
# Who can mend it is told.
PERMISSION = "numbers.change_provider"


class Trouble(StrEnum):
    """Kinds of failure: of each staff hear by itself."""

    SIGNATURE = "signature"
    BODY = "body"
    CONNECTION = "connection"
    HANDLING = "handling"


def note_success(
    provider: Provider, now: datetime, *, over: Iterable[Trouble] = tuple(Trouble)
) -> None:
    """Call it inside the transaction that stores the message; `over` is what that disproves."""
    stale = Q(last_success_at__isnull=True) | Q(last_success_at__lt=now - HEALTH_EVERY)
    if provider.is_failing:
        stale = Q()
        _close(provider, over, now)
    Provider.objects.filter(stale, pk=provider.pk).update(last_success_at=now)


@transaction.atomic
def note_failure(
    provider: Provider, trouble: Trouble, words: str, *, now: datetime, is_alarming: bool = True
) -> None:
    """What is wrong is kept for its page, and staff are told within a bound.

    Anybody can send a wrong signature: while the provider delivers, that is no alarm.
    """
    words = words[:100]
    news = Q(failed_at__isnull=True) | Q(failed_at__lt=now - HEALTH_EVERY) | ~Q(failure=words)
    noted = Provider.objects.filter(news, pk=provider.pk).update(failed_at=now, failure=words)
    delivered_at = provider.last_success_at
    delivers = delivered_at is not None and delivered_at > now - ALARM_EVERY
    if trouble == Trouble.SIGNATURE and (delivers or not noted):
        return
    cause = _cause(provider, trouble)
    if is_alarming and not was_opened_since(cause, now - ALARM_EVERY):
        open_incident(cause, f"{provider}: {words}.", now, permission=PERMISSION)


def forget_failure(provider: Provider, now: datetime) -> None:
    """It delivers again, or is switched off or deleted and nobody waits for it to do better."""
    _close(provider, Trouble, now)


def _close(provider: Provider, troubles: Iterable[Trouble], now: datetime) -> None:
    for trouble in troubles:
        close_incident(_cause(provider, trouble), now)


def _cause(provider: Provider, trouble: Trouble) -> str:
    return f"sms.{provider.pk}.{trouble}"
