"""What members are told about their numbers without having asked: an SMS came, the time is up."""

from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.models import SentFile
from botrunner.replies import Button, Reply, render
from numbers.selectors import (
    find_batch,
    find_batch_job,
    find_job,
    find_lease,
    find_sms,
    flag_of,
    format_international,
    read_wait,
)

if TYPE_CHECKING:
    from accounts.models import OutboxMessage
    from numbers.models import BatchJob


def tell_sms(message: "OutboxMessage") -> Reply | None:
    """The code with a copy button, the whole text and the sender."""
    sms = find_sms(message.params["sms_id"])
    # Nobody but the holder of then, whatever the row of the outbox says.
    if sms is None or sms.lease is None or sms.lease.member_id != message.member_id:
        return None
    if sms.is_blocked or sms.purged_at:
        return None
    text = render(
        "numbers/sms",
        sms=sms,
        number=format_international(sms.to_e164),
        is_live=sms.lease.ended_at is None,
    )
    rows = [[Button(_("⏳ My number"), "lease", (sms.lease_id or 0,)), *home_row()]]
    if sms.code:
        rows.insert(0, [Button(_("📋 Copy %(code)s") % {"code": sms.code}, copy=sms.code)])
    return Reply(text=text, keyboard=rows)


def tell_withheld(message: "OutboxMessage") -> Reply | None:
    """That a message came and is withheld, without a word of it: he need not wait for it."""
    sms = find_sms(message.params["sms_id"])
    if sms is None or sms.lease is None or sms.lease.member_id != message.member_id:
        return None
    text = render(
        "numbers/withheld",
        sms=sms,
        number=format_international(sms.to_e164),
        is_paid=sms.lease.price > 0 and not sms.lease.sms_count,
    )
    lease = Button(_("⏳ My number"), "lease", (sms.lease_id or 0,))
    return Reply(text=text, keyboard=[[lease, *home_row()]])


def tell_free(message: "OutboxMessage") -> Reply | None:
    """Not to one who has a number of the pool by now, or waits no more."""
    wait = read_wait(message.params["wait_id"])
    if wait is None or wait.held_until is None or wait.member_id != message.member_id:
        return None
    text = render(
        "numbers/free",
        pool=wait.pool,
        flag=flag_of(wait.pool.country),
        until=wait.held_until,
        is_held=wait.held_until > timezone.now(),
    )
    take = Button(_("📱 Take a number"), "numbers.card", (wait.pool_id,))
    return Reply(text=text, keyboard=[[take], home_row()])


def tell_file(message: "OutboxMessage") -> Reply | None:
    """How far the import of a file has come, on the card it was confirmed with."""
    sent = SentFile.objects.filter(pk=message.params["sent_file"]).first()
    if sent is None:
        return None
    text = render("numbers/file/fault", fault=sent.fault) if sent.fault else _say_progress(sent)
    rows = [home_row()] if sent.state == SentFile.State.OVER else []
    return Reply(text=text, keyboard=rows, message_id=sent.message_id)


def _say_progress(sent: SentFile) -> str:
    batch = find_batch(sent.batch_id) if sent.batch_id else None
    job = find_batch_job(sent.batch_id) if sent.batch_id else None
    if sent.state != SentFile.State.OVER:
        step = "running" if job else "fetching"
    elif batch is None or (job and job.is_unfinished):
        step = "stopped"
    elif job and job.is_cancelled:
        step = "cancelled"
    else:
        step = "done" if batch.accepted_count else "nothing"
    share = Fraction(job.percent if job else 0, 100)
    return render("numbers/file/progress", sent=sent, batch=batch, share=share, step=step)


def _tell_job(job: "BatchJob") -> Reply:
    flag = flag_of(job.batch.pool.country)
    text = render("numbers/job", job=job, batch=job.batch, flag=flag)
    return Reply(text=text, keyboard=[home_row()])


def tell_job_over(message: "OutboxMessage") -> Reply | None:
    """To who ordered an import or a removal in the dashboard."""
    job = find_job(message.params["job"])
    return _tell_job(job) if job and job.done_at else None


def tell_job_stopped(message: "OutboxMessage") -> Reply | None:
    """Not once it goes on."""
    job = find_job(message.params["job"])
    return _tell_job(job) if job and job.stopped_at else None


def tell_expired(message: "OutboxMessage") -> Reply | None:
    lease = find_lease(message.params["lease_id"])
    if lease is None:
        return None
    text = render("numbers/expired", lease=lease, number=format_international(lease.number.e164))
    return Reply(text=text, keyboard=[[Button(_("📱 Numbers"), "numbers"), *home_row()]])
