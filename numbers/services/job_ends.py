"""Who ordered the work on a batch is told in Telegram how it ended, if he is linked to a member."""

from datetime import datetime

from accounts.selectors import find_staff_member
from accounts.services import Actor, queue_message
from numbers.models import BatchJob


def tell_end(job: BatchJob, now: datetime, by: Actor | None = None) -> None:
    """Needs the transaction in which it ends; `by` has ended it before its time."""
    if by is None or by.user_id != job.actor_user_id:
        _tell(job, now, kind="numbers.job_over", key=f"numbers.job_over:{job.pk}")


def tell_stop(job: BatchJob) -> None:
    """A second stop of the same job is news."""
    now = job.stopped_at
    assert now is not None
    key = f"numbers.job_stopped:{job.pk}:{now.timestamp():.6f}"
    _tell(job, now, kind="numbers.job_stopped", key=key)


def _tell(job: BatchJob, now: datetime, *, kind: str, key: str) -> None:
    # A file that was sent to the bot has a card, which says how it ends.
    has_card = job.kind == BatchJob.Kind.LOAD and job.actor_origin == "bot"
    if has_card or not job.actor_user_id:
        return
    if member := find_staff_member(job.actor_user_id):
        queue_message(kind=kind, key=key, member_id=member.pk, due_at=now, job=job.pk)
