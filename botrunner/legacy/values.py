"""Single values as older bots wrote them: ids as text, times without a zone, wrong types."""

import re
from datetime import UTC, datetime
from typing import Any

# A user's number on any network fits in 63 bits.
ID_MAX = 2**63 - 1
POINTS_MAX = 10**12
COUNT_MAX = 10**9
# Telegram is from 2013; nothing here lasts past 2199.
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
LATEST = datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
SHOWN_MAX = 60
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}(\.0{1,6})?")
_SECONDS = re.compile(r"[0-9]{9,11}(\.[0-9]{1,9})?")
# What the database cannot hold: NUL, and halves of characters.
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")


class Bad(Exception):
    """Why a value is not taken."""


def read_int(value: Any, *, least: int = 0, most: int = COUNT_MAX) -> int:
    number = _whole(value)
    if number < least:
        raise Bad(f"{shorten(value)} is below {least}")
    if number > most:
        raise Bad(f"{shorten(value)} is above {most}")
    return number


def read_id(value: Any) -> int:
    """A user's number."""
    try:
        if not isinstance(value, float):
            return read_int(value, least=1, most=ID_MAX)
    except Bad:
        pass
    raise Bad(f"{shorten(value)} is no user id")


def read_time(value: Any) -> datetime | None:
    """ISO 8601, or Unix seconds; without a zone it is UTC. None for nothing, and for 0."""
    if value in (None, "", 0, "0"):
        return None
    moment = _moment(value)
    if not EARLIEST <= moment <= LATEST:
        raise Bad(f"{shorten(value)} is no time between 2010 and 2199")
    return moment


def read_text(value: Any, length_max: int = 256) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Bad(f"{shorten(value)} is not text")
    return _UNFIT.sub("", value).strip()[:length_max]


def shorten(value: Any) -> str:
    """To be shown on any terminal."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("unicode_escape").decode("ascii")
    return text if len(text) <= SHOWN_MAX else f"{text[: SHOWN_MAX - 1]}..."


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Bad(f"{shorten(value)} is not a whole number")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        # NaN and the infinities are no integers either.
        if not value.is_integer() or abs(value) > 2**53:
            raise Bad(f"{shorten(value)} is not a whole number")
        return int(value)
    if not _WHOLE.fullmatch(value.strip()):
        raise Bad(f"{shorten(value)} is not a whole number")
    return int(value.strip().split(".")[0])


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, str) and not _SECONDS.fullmatch(value.strip()):
            moment = datetime.fromisoformat(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise Bad(f"{shorten(value)} is not a time")
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        raise Bad(f"{shorten(value)} is not a time") from None
