"""The generic webhook: a JSON object, signed with HMAC-SHA256 over the body as sent."""

import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.dateparse import parse_datetime

from numbers.arrivals import ID_MAX, SENDER_MAX, BadBody, SmsArrival, clean_text
from numbers.phones import read_e164

BODY_BYTES_MAX = 64 * 1024
SCHEME = "sha256="


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    expected = SCHEME + hmac.new(secret.encode(), body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def read_arrival(body: bytes) -> SmsArrival:
    """Raises BadBody."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise BadBody("form: not JSON") from None
    if not isinstance(fields, dict):
        raise BadBody("form: not a JSON object")
    to_e164 = read_e164(_text(fields, "to"))
    if to_e164 is None:
        raise BadBody("to")
    return SmsArrival(
        message_id=_identity(fields),
        to_e164=to_e164,
        sender=_text(fields, "from")[:SENDER_MAX],
        text=_text(fields, "text"),
        received_at=_moment(fields),
    )


def _identity(fields: dict[str, Any]) -> str:
    identity = _text(fields, "id").strip()
    # Cut short, two messages could become one.
    if not 1 <= len(identity) <= ID_MAX:
        raise BadBody("id")
    return identity


def _moment(fields: dict[str, Any]) -> datetime:
    try:
        moment = parse_datetime(_text(fields, "received_at"))
    except ValueError:
        moment = None
    # Without its offset a time says nothing; near the ends of the calendar it cannot be stored.
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2199:
        raise BadBody("received_at")
    return moment


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and name in ("id", "to", "from"):
        value = str(value) if abs(value) < 10**40 else None
    if not isinstance(value, str):
        raise BadBody(name)
    return clean_text(value)
