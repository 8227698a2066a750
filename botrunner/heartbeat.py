"""Signs of life: each process says every few seconds that it lives, and how it does."""

import os
import socket
from datetime import datetime, timedelta
from typing import Any

from botrunner.models import Heartbeat

BEAT_SECONDS = 10.0
# A process silent for so long is dead, not slow.
FORGOTTEN_AFTER = timedelta(hours=12)


def beat(kind: str, now: datetime, **details: Any) -> None:
    Heartbeat.objects.update_or_create(
        process=process_name(kind),
        defaults={"kind": kind, "beat_at": now, "details": details},
    )


def forget_dead(now: datetime) -> int:
    return Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()[0]


def process_name(kind: str) -> str:
    return f"{kind}@{socket.gethostname()[:48]}:{os.getpid()}"
