"""What has gone wrong with the installation itself and is not over yet."""

from datetime import datetime

from django.db import transaction

from project.models import Incident

BACKUPS = "project.make_backup"


def open_incident(cause: str, words: str, now: datetime, *, permission: str = BACKUPS) -> None:
    """Once: while it is open it is neither opened nor told again.

    Staff with the permission ("app.codename") are told.
    """
    incident = Incident(cause=cause, words=words[:300], permission=permission, opened_at=now)
    Incident.objects.bulk_create([incident], ignore_conflicts=True)


def close_incident(cause: str, now: datetime) -> None:
    Incident.objects.filter(cause=cause, closed_at=None).update(closed_at=now)


def was_opened_since(cause: str, moment: datetime) -> bool:
    return Incident.objects.filter(cause=cause, opened_at__gt=moment).exists()


def list_open(area: str = "") -> list[Incident]:
    """Of one area, the first word of the cause; without it of all."""
    found = Incident.objects.filter(closed_at=None).order_by("opened_at")
    return list(found.filter(cause__startswith=f"{area}.") if area else found)


def find_incident(incident_id: int) -> Incident | None:
    return Incident.objects.filter(pk=incident_id).first()


def has_untold() -> bool:
    """Indexes incident_untold and incident_end_untold."""
    rows = Incident.objects.all()
    return (
        rows.filter(told_at=None).exists()
        or rows.filter(over_told_at=None, closed_at__isnull=False).exists()
    )


def claim_untold(now: datetime) -> tuple[list[Incident], list[Incident]]:
    """Those to be told of and those whose end is: the caller queues the messages.

    Call it inside the transaction of the messages. What was over before anybody was told of
    it needs no all-clear.
    """
    assert transaction.get_connection().in_atomic_block
    begun = list(Incident.objects.select_for_update().filter(told_at=None).order_by("pk"))
    unheard = [incident.pk for incident in begun if incident.closed_at]
    ended = list(
        Incident.objects.select_for_update()
        .filter(over_told_at=None, closed_at__isnull=False)
        .exclude(pk__in=unheard)
        .order_by("pk")
    )
    rows = Incident.objects.all()
    rows.filter(pk__in=[incident.pk for incident in begun]).update(told_at=now)
    rows.filter(pk__in=[*unheard, *(incident.pk for incident in ended)]).update(over_told_at=now)
    return [incident for incident in begun if not incident.closed_at], ended
