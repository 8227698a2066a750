"""A file of numbers that staff sent: fetched, imported, and told of, by a worker.

Each step can be done again: the file is fetched anew until it is a batch, the batch's own
job knows its place, and what is told is keyed.
"""

import asyncio
import logging
import time
from os import SEEK_END
from tempfile import TemporaryFile
from typing import BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from telegram.error import BadRequest, TelegramError

from accounts.services import bot_actor, queue_message
from botrunner.models import SentFile
from botrunner.running import make_api
from botrunner.sent_files import FILE_BYTES_MAX, wake_file_worker
from numbers.errors import FileRefused
from numbers.selectors import find_batch_job, find_own_batch, find_pool
from numbers.services import (
    AT_ONCE_BYTES_MAX,
    begin_attempt,
    begin_import,
    draft_pool,
    end_attempt,
    load_file,
    take_step,
)

logger = logging.getLogger(__name__)

# So long a worker stays at a file before others' jobs have their turn.
TURN_SECONDS = 15.0
GONE, LATER, NOT_ALLOWED = "gone", "later", "not_allowed"


def work_on_file(sent_id: int) -> None:
    sent = SentFile.objects.select_related("member__staff_user").filter(pk=sent_id).first()
    if sent is None or sent.state != SentFile.State.CONFIRMED:
        return
    if not _is_allowed(sent):
        _end(sent, fault=NOT_ALLOWED)
    elif sent.batch_id is not None or _fetch(sent):
        _load(sent)


def _is_allowed(sent: SentFile) -> bool:
    """Now, whatever was so when it was confirmed. Without its pool the import makes one."""
    needed = ["numbers.import_numbers"]
    if sent.batch_id is None and find_pool(sent.pool_id, sent.pool_name) is None:
        needed.append("numbers.add_pool")
    user = sent.member.staff_user
    return user is not None and user.is_active and user.has_perms(needed)


def _fetch(sent: SentFile) -> bool:
    """Whether the file is a batch now. The network is asked outside of any transaction."""
    tries = SentFile.objects.filter(pk=sent.pk, attempts__lt=SentFile.ATTEMPTS_MAX)
    if not tries.update(attempts=F("attempts") + 1, beat_at=timezone.now()):
        _end(sent, fault=LATER)
        return False
    try:
        with TemporaryFile() as file:
            asyncio.run(_download(sent.file_id, file))
            sent.batch_id = _begin(sent, file)
    except FileRefused as refusal:
        # Stored by a try that did not live to note it.
        sent.batch_id = find_own_batch(refusal.params.get("batch_id"), sent.confirmed_at)
        if sent.batch_id is None:
            _end(sent, fault=refusal.params["fault"])
            return False
    except BadRequest:
        _end(sent, fault=GONE)
        return False
    except TelegramError as error:
        logger.warning("Sent file %s could not be fetched: %s", sent.pk, type(error).__name__)
        return False
    sent.save(update_fields=["batch_id"])
    return True


async def _download(file_id: str, target: BinaryIO) -> None:
    async with make_api() as api:
        facts = await api.call("getFile", {"file_id": file_id})
        await api.download(facts["file_path"], target, bytes_max=FILE_BYTES_MAX)


def _begin(sent: SentFile, file: BinaryIO) -> int:
    pool = find_pool(sent.pool_id, sent.pool_name) or draft_pool(sent.pool_name, sent.country)
    assert sent.confirmed_at is not None, "only what was confirmed is fetched"
    size = file.seek(0, SEEK_END)
    actor = bot_actor(sent.member)
    if size > AT_ONCE_BYTES_MAX:
        job = begin_import(
            file,
            pool=pool,
            original_name=sent.name,
            actor=actor,
            rights_confirmed=True,
            now=sent.confirmed_at,
            bytes_max=FILE_BYTES_MAX,
            is_watched=True,
        )
        return job.batch_id
    batch, _ = load_file(
        file,
        pool=pool,
        original_name=sent.name,
        actor=actor,
        rights_confirmed=True,
        now=sent.confirmed_at,
    )
    return int(batch.pk)


def _load(sent: SentFile) -> None:
    """Step by step; what is left after a turn is queued again. A small file was one step."""
    assert sent.batch_id is not None, "it was fetched"
    job, end = find_batch_job(sent.batch_id), time.monotonic() + TURN_SECONDS
    while job is not None and begin_attempt(job_id=job.pk, now=timezone.now()):
        try:
            job = take_step(job.pk, timezone.now())
        except Exception as error:  # noqa: BLE001  whatever it is, it is counted, and tried again
            fault = type(error).__name__
            logger.error("Sent file %s: a step failed of %s", sent.pk, fault)
            job = end_attempt(job_id=job.pk, fault=fault, now=timezone.now())
            if job.is_running:
                return
            break
        SentFile.objects.filter(pk=sent.pk).update(beat_at=timezone.now())
        if not job.is_running:
            break
        _tell(sent, step=job.percent // 10)
        if time.monotonic() > end:
            wake_file_worker(sent.pk)
            return
    _end(sent)


def _end(sent: SentFile, *, fault: str = "") -> None:
    with transaction.atomic():
        on_its_way = SentFile.objects.filter(pk=sent.pk, state=SentFile.State.CONFIRMED)
        if on_its_way.update(state=SentFile.State.OVER, fault=fault[:30]):
            _tell(sent, step="end")


def _tell(sent: SentFile, *, step: int | str) -> None:
    """Edits its card, once for each tenth of the way."""
    queue_message(
        kind="numbers.file",
        key=f"numbers.file:{sent.pk}:{step}",
        member_id=sent.member_id,
        due_at=timezone.now(),
        sent_file=sent.pk,
    )
