"""Periodic work of the bot's own tables. Jobs may run twice, or not at all for a while."""

import asyncio
import time

from django.utils import timezone

from botrunner import cards, drafts, inbox, sent_files, sent_pictures
from botrunner.clocks import search_for_members
from botrunner.heartbeat import forget_dead
from botrunner.legacy import imports
from botrunner.models import Heartbeat
from botrunner.sms_poller import SmsPoller
from project.long_jobs import take_turn

# So long it may keep others' jobs waiting; what is left is the bot's, or the next minute's.
SEARCH_SECONDS = 20.0


def beat() -> None:
    """Enqueued each minute by cron and run by a worker: that jobs are done, not only begun.

    One row for all: a worker runs each job in a process of its own.
    """
    values = {"kind": "jobs", "beat_at": timezone.now()}
    Heartbeat.objects.update_or_create(process="jobs", defaults=values)


def purge() -> None:
    """Drops answered updates and old drafts, which hold what people wrote, and what is useless."""
    now = timezone.now()
    inbox.purge(now)
    forget_dead(now)
    drafts.purge(now)
    sent_pictures.purge(now)
    cards.purge(now)
    sent_files.purge(now)


def poll_in_place_of_bots() -> None:
    """Lists of SMS while no bot runs; beside them it asks for what they have left, if anything."""
    asyncio.run(_poll_once())


async def _poll_once() -> None:
    poller = SmsPoller()
    try:
        await poller.poll_due()
        await poller.finish()
    finally:
        poller.close()


def search_in_place_of_bots() -> None:
    """Auto-search while no bot runs; beside them it finds what they have left, if anything."""
    end = time.monotonic() + SEARCH_SECONDS
    while search_for_members(timezone.now()) and time.monotonic() < end:
        pass


def work_on_import(job_id: int) -> None:
    """Goes on with an older bot's file step by step; what is left is queued again."""
    is_left = take_turn(
        lambda now: imports.begin_attempt(job_id, now),
        lambda now: imports.take_import_step(job_id, now),
        lambda fault, now: imports.end_attempt(job_id, fault, now),
    )
    if is_left:
        imports.wake_import_worker(job_id)


def wake_quiet_imports() -> int:
    """Imports whose worker died, or that Redis forgot, go on from where they are."""
    quiet = imports.claim_quiet_imports(timezone.now())
    for job_id in quiet:
        imports.wake_import_worker(job_id)
    return len(quiet)


def drop_old_imports() -> int:
    """Uploads that were looked at and never confirmed."""
    return imports.drop_old_imports(timezone.now())
