"""What a bot process does first: clears away what has expired, and says how things stand."""

import logging
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from botrunner.faults import log_fault
from project.dashboard import list_figures

logger = logging.getLogger(__name__)

# Jobs that also run by the clock: after a long stop nobody waits for their next minute.
CLEANERS = (
    "numbers.jobs.end_expired_leases",
    "numbers.jobs.free_rested_numbers",
    "vip.jobs.purge_drafts",
    "vip.jobs.purge_passes",
    "botrunner.jobs.purge",
)


def clean_and_describe() -> str:
    """The line of figures. A part that fails is logged and left out: the bot starts anyway."""
    for path in CLEANERS:
        _attempt(f"{path} failed", import_string(path))
    now = timezone.now()
    parts = [_attempt(f"no figure {f.label}", _read, f, now) for f in list_figures()]
    return " · ".join(part for part in parts if part)


def _read(figure: Any, now: datetime) -> str:
    value = figure.read(now).value
    return f"{figure.label} {value:,}" if isinstance(value, int) else f"{figure.label} {value}"


def _attempt(what: str, work: Any, *args: Any) -> Any:
    try:
        return work(*args)
    except Exception as error:  # noqa: BLE001  whatever it is, it must not keep the bot from starting
        log_fault(what, error)
        return None
