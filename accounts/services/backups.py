"""Backups ordered by people, and what people are told of them."""

import logging
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django_rq import get_queue
from redis.exceptions import RedisError

from accounts.models import Member
from project.backups.runs import claim_ended, order_run
from project.incidents import claim_untold, has_untold

from .audit import Actor, record
from .outbox import queue_message

logger = logging.getLogger(__name__)

JOB_SECONDS_MAX = 3_600
# So long the worker waits for one that is being made: it may be of before the order.
PATIENCE_SECONDS = 120


@transaction.atomic
def order_backup(*, actor: Actor, member: Member | None, now: datetime) -> None:
    """By the worker; in the bot the member is told of its end. Without Redis, at the next turn."""
    run = order_run(ordered_by=actor.label, member_number=member.pk if member else None, now=now)
    record("backup.order", actor=actor, target=f"run {run.pk}")
    transaction.on_commit(_wake_worker)


def tell_of_backups(*, now: datetime) -> int:
    """Queues what staff are to hear of incidents and of what they ordered, each once."""
    count = 0
    if has_untold():
        count += _tell_incidents(now)
    with transaction.atomic():
        for run in claim_ended():
            assert run.member_number is not None
            queue_message(
                kind="backup.ended",
                key=f"backup.ended:{run.pk}",
                member_id=run.member_number,
                due_at=now,
                run=run.pk,
            )
            count += 1
    return count


@transaction.atomic
def _tell_incidents(now: datetime) -> int:
    begun, ended = claim_untold(now)
    messages = [
        (f"incident.{word}", incident.pk, member_id)
        for word, incidents in (("begun", begun), ("ended", ended))
        for incident in incidents
        for member_id in _list_alarmed(incident.permission)
    ]
    for kind, incident_id, member_id in messages:
        queue_message(
            kind=kind,
            key=f"{kind}:{incident_id}:{member_id}",
            member_id=member_id,
            due_at=now,
            incident=incident_id,
        )
    return len(messages)


def _list_alarmed(permission: str) -> list[int]:
    """Members linked to a staff user who holds it; a handful."""
    users = User.objects.with_perm(
        permission, backend="django.contrib.auth.backends.ModelBackend"
    ).filter(is_staff=True)
    return list(Member.objects.filter(staff_user__in=users).values_list("pk", flat=True))


def _wake_worker() -> None:
    try:
        get_queue("low").enqueue(
            "project.jobs.back_up", PATIENCE_SECONDS, job_timeout=JOB_SECONDS_MAX, result_ttl=0
        )
    except (RedisError, OSError):
        logger.warning("Redis does not answer: the backup is made when the clock makes the next")
