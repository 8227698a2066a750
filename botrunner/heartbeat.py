"""Signs of life: each process says every few seconds that it lives, and how it does."""

import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from botrunner.faults import log_fault
from botrunner.models import Heartbeat

BEAT_SECONDS = 10.0
# While the database is away; then all have beaten again before anybody is taken for gone.
RETRY_SECONDS = 1.0
# Late by some beats it may be busy, or the database was away; by more it is gone.
ALIVE_FOR = timedelta(seconds=60)
# A process silent for so long is dead, not slow.
FORGOTTEN_AFTER = timedelta(hours=12)


def beat(kind: str, now: datetime, **details: Any) -> None:
    Heartbeat.objects.update_or_create(
        process=process_name(kind),
        defaults={"kind": kind, "beat_at": now, "details": details},
    )


def take_place(kind: str, now: datetime) -> None:
    """Once at the start: whom this process replaces, a dead one of this machine, is forgotten.

    One at a time: of two that died and one that is back, one is still missed.
    """
    rows = Heartbeat.objects.filter(kind=kind).order_by("beat_at")
    names = rows.exclude(process=process_name(kind)).values_list("process", flat=True)
    if dead := next(filter(is_dead_here, names), None):
        Heartbeat.objects.filter(pk=dead).delete()


def leave(kind: str) -> None:
    """A process that ends in peace is missed by nobody."""
    Heartbeat.objects.filter(pk=process_name(kind)).delete()


def keep_beating(kind: str) -> Callable[[], None]:
    """Beats from a thread until the function returned is called. For worker and cron.

    Its connection is closed after each beat: the jobs that a worker forks inherit none.
    """
    stop = threading.Event()

    def run() -> None:
        is_new = True
        while not stop.is_set():
            try:
                if is_new:
                    take_place(kind, timezone.now())
                beat(kind, timezone.now(), pid=os.getpid())
                is_new = False
            except (DatabaseError, InterfaceError) as error:
                log_fault("no heartbeat", error)
            finally:
                connections.close_all()
            stop.wait(BEAT_SECONDS)

    def end() -> None:
        stop.set()
        thread.join(BEAT_SECONDS)
        try:
            leave(kind)
        except (DatabaseError, InterfaceError) as error:
            log_fault("the last heartbeat stays", error)

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    return end


def list_others(kind: str, now: datetime) -> list[str]:
    """Other processes of this kind that may be alive. A killed one of this machine is not."""
    fresh = Heartbeat.objects.filter(kind=kind, beat_at__gte=now - ALIVE_FOR)
    names = fresh.exclude(process=process_name(kind)).values_list("process", flat=True)
    return [name for name in names if not is_dead_here(name)]


def forget_dead(now: datetime) -> int:
    return Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()[0]


def process_name(kind: str) -> str:
    return f"{kind}@{_host()}:{os.getpid()}"


def _host() -> str:
    return socket.gethostname()[:48]


def is_dead_here(process: str) -> bool:
    """Of this machine, and no longer there; of any other nobody can say so from here."""
    place, _, pid = process.partition("@")[2].rpartition(":")
    if place != _host() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
