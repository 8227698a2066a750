"""What is read of one message, whoever delivered it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

ID_MAX, SENDER_MAX = 120, 80


class BadBody(ValueError):
    """Not what we agreed on. Says which field, never what it held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsArrival:
    """What a provider says of one message."""

    message_id: str
    to_e164: int
    sender: str
    text: str
    received_at: datetime
    # How fine the provider tells the time, where it tells no fraction of a second.
    within: timedelta = timedelta(seconds=1)


def clean_text(value: str) -> str:
    """PostgreSQL refuses NUL, and half of a surrogate pair is no character."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()
