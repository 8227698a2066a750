"""Twilio's webhook: a form, signed with HMAC-SHA1 over the address and the sorted fields."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

from numbers.arrivals import ID_MAX, SENDER_MAX, BadBody, SmsArrival, clean_text
from numbers.phones import read_e164

FIELDS_MAX = 200
# Twilio sends what it is answered to the sender as an SMS: this says nothing.
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Fields = Mapping[str, list[str]]


def read_fields(body: bytes) -> Fields:
    """Raises BadBody."""
    try:
        return parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="replace",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:
        raise BadBody("not a form") from None


def is_signed(url: str, fields: Fields, signature: str, token: str) -> bool:
    """`url` is the one that Twilio was told, to the letter."""
    said = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields[name]))
    )
    digest = hmac.digest(token.encode(), said.encode("utf-8", "replace"), "sha1")
    return hmac.compare_digest(b64encode(digest), signature.encode("utf-8", "replace"))


def read_arrival(fields: Fields, *, received_at: datetime) -> SmsArrival:
    """Twilio tells no time and calls at once: the message came when its request did."""
    to_e164 = read_e164(_one(fields, "To"))
    if to_e164 is None:
        raise BadBody("To")
    message_id = _one(fields, "MessageSid").strip()
    if not 1 <= len(message_id) <= ID_MAX:
        raise BadBody("MessageSid")
    return SmsArrival(
        message_id=message_id,
        to_e164=to_e164,
        sender=_one(fields, "From")[:SENDER_MAX],
        text=_one(fields, "Body"),
        received_at=received_at,
    )


def _one(fields: Fields, name: str) -> str:
    values = fields.get(name, [])
    if len(values) != 1:
        raise BadBody(name)
    return clean_text(values[0])
