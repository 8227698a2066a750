"""What every machine is told of backups: which were ordered, run, came out well or failed.

Told in the database, beside the places: a machine that holds no backups must know of them too.
A backup goes on when this cannot be written; the disk may be full.
"""

import logging
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from project.models import BackupRun

from .manifest import Backup

logger = logging.getLogger(__name__)

State = BackupRun.State
KEPT_FOR = timedelta(days=14)
# A run of another machine that is silent for so long was killed.
RUN_MAX = timedelta(hours=1)
STAGE_SECONDS = 1.0
INTERRUPTED = "It was interrupted."


def order_run(*, ordered_by: str, member_number: int | None, now: datetime) -> BackupRun:
    """The order that waits, or a new one: the next backup that begins fulfils all."""
    waiting = BackupRun.objects.filter(state=State.WAITING, member_number=member_number).first()
    return waiting or BackupRun.objects.create(
        ordered_by=ordered_by[:150], member_number=member_number, ordered_at=now
    )


def is_ordered(*, since: datetime) -> bool:
    return BackupRun.objects.filter(state=State.WAITING, ordered_at__gte=since).exists()


def newest_good(now: datetime) -> BackupRun | None:
    """By the index backup_run_newest. One from the future is from before the clock was set back."""
    good = BackupRun.objects.filter(state=State.GOOD, started_at__lte=now)
    return good.order_by("-started_at").first()


def newest_failed() -> BackupRun | None:
    return BackupRun.objects.filter(state=State.FAILED).order_by("-started_at").first()


def find_running() -> BackupRun | None:
    return BackupRun.objects.filter(state=State.RUNNING).order_by("-started_at").first()


def find_run(run_id: int) -> BackupRun | None:
    return BackupRun.objects.filter(pk=run_id).first()


def claim_ended() -> list[BackupRun]:
    """Ordered ones that are over and whose orderer is to be told: each is handed out once.

    Call it inside the transaction of the messages.
    """
    over = BackupRun.objects.filter(
        state__in=[State.GOOD, State.FAILED], member_number__isnull=False
    )
    if not over.exists():
        return []
    runs = list(over.select_for_update().order_by("pk"))
    BackupRun.objects.filter(pk__in=[run.pk for run in runs]).update(member_number=None)
    return runs


class Journal:
    """What is told of one run while it goes on."""

    def __init__(self, now: datetime) -> None:
        self._runs: list[int] = []
        self._said_at = 0.0
        self._attempt(lambda: self._begin(now))

    def say(self, stage: str) -> None:
        """Not each page: at most once a second."""
        if time.monotonic() - self._said_at >= STAGE_SECONDS:
            self._said_at = time.monotonic()
            self._attempt(lambda: self._update(stage=stage))

    def succeed(self, backup: Backup) -> None:
        self._attempt(
            lambda: self._update(
                state=State.GOOD,
                stage="",
                finished_at=timezone.now(),
                name=backup.name,
                bytes=backup.bytes,
                members=backup.holdings.members,
                points=backup.holdings.points,
            )
        )

    def fail(self, words: str) -> None:
        self._attempt(
            lambda: self._update(
                state=State.FAILED, stage="", finished_at=timezone.now(), error=words[:300]
            )
        )

    def give_back(self) -> None:
        """Another one runs: what was ordered waits for the next, and nothing failed."""
        self._attempt(self._give_back)

    @transaction.atomic
    def _begin(self, now: datetime) -> None:
        here = socket.gethostname()[:64]
        running = BackupRun.objects.filter(state=State.RUNNING)
        # There is one at a time on a machine, and this is it.
        for dead in (running.filter(machine=here), running.filter(started_at__lt=now - RUN_MAX)):
            dead.update(state=State.FAILED, stage="", finished_at=now, error=INTERRUPTED)
        BackupRun.objects.filter(ordered_at__lt=now - KEPT_FOR).delete()
        waiting = BackupRun.objects.select_for_update().filter(state=State.WAITING)
        self._runs = list(waiting.order_by("pk").values_list("pk", flat=True))
        if not self._runs:
            self._runs = [BackupRun.objects.create(ordered_at=now).pk]
        self._update(state=State.RUNNING, machine=here, started_at=now, stage="Starting")

    def _give_back(self) -> None:
        mine = BackupRun.objects.filter(pk__in=self._runs)
        mine.filter(ordered_by="").delete()
        mine.update(state=State.WAITING, machine="", started_at=None, stage="")

    def _update(self, **values: object) -> None:
        BackupRun.objects.filter(pk__in=self._runs).update(**values)

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except DatabaseError as error:
            logger.warning("The dashboard cannot be told of a backup: %s", type(error).__name__)
