"""Times as lists of SMS write them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.dateparse import parse_datetime

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
YEARS = range(2000, 2200)
_UNIX = re.compile(r"\d{9,10}(\.\d{1,9})?", re.ASCII)
_UNIX_MILLISECONDS = re.compile(r"\d{12,13}", re.ASCII)
_TO_THE_SECOND = re.compile(r"\d\d:\d\d:\d\d", re.ASCII)
_SECONDS, _CLOCKS = ("%S", "%T", "%X", "%c"), ("%M", "%R", "%T", "%X", "%c")


def read_zone(name: str) -> tzinfo:
    """Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone") from None


def check_pattern(pattern: str) -> None:
    """Raises ValueError for a pattern that tells no moment."""
    if not any(part in pattern for part in _CLOCKS):
        raise ValueError("it has no minutes")
    moment = datetime(2026, 11, 30, 22, 47, 31)
    try:
        read = datetime.strptime(moment.strftime(pattern), pattern)
    except re.error:
        raise ValueError("it has a part twice") from None
    if read.replace(second=31) != moment:
        raise ValueError("it does not tell a moment whole")


def read_time(
    text: str, pattern: str, zone: tzinfo, *, near: datetime
) -> tuple[datetime, timedelta]:
    """The moment, and how fine it is told. Raises ValueError.

    Where clocks are set back an hour is there twice: the one nearer to `near` is meant.
    """
    text = text.strip()
    if pattern:
        moment = datetime.strptime(text, pattern)
        within = SECOND if any(part in pattern for part in _SECONDS) else MINUTE
    elif _UNIX.fullmatch(text):
        moment, within = datetime.fromtimestamp(float(text), UTC), SECOND
    elif _UNIX_MILLISECONDS.fullmatch(text):
        moment, within = datetime.fromtimestamp(int(text) / 1_000, UTC), SECOND
    else:
        parsed = parse_datetime(text) if ":" in text else None
        if parsed is None:
            raise ValueError("no time")
        moment = parsed
        within = SECOND if _TO_THE_SECOND.search(text) else MINUTE
    # Near the ends of the calendar it can be neither reckoned with nor stored.
    if moment.year not in YEARS:
        raise ValueError("no time of ours")
    return _place(moment, zone, near), within


def _place(moment: datetime, zone: tzinfo, near: datetime) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    both = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(both, key=lambda one: abs(one - near))
