"""Callback data: a route, its arguments, and a seal that binds both to one member.

Telegram gives a button 64 bytes. The seal is a keyed hash over the owner and
the data, so a button works for the member it was drawn for and for nobody
else, and no argument can be altered. What a button costs is still never taken
from its arguments: services compare the quoted price with the present one.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import get_random_string

from botrunner.replies import EVERYBODY
from project.errors import Refusal

SEPARATOR = ":"
SEAL_LENGTH = 10  # characters of base64: 60 bits
DATA_BYTES_MAX = 64


class ForeignButton(Refusal):
    """The button was drawn for somebody else, or its data was altered."""

    code = "foreign_button"


def pack(owner_telegram_id: int, route: str, *args: str | int) -> str:
    """See replies.py for the owners that are nobody's Telegram id."""
    body = SEPARATOR.join((route, *map(str, args)))
    data = f"{body}{SEPARATOR}{_seal(owner_telegram_id, body)}"
    assert len(data.encode()) <= DATA_BYTES_MAX, f"callback data too long: {data}"
    return data


def parse(presser_telegram_id: int, data: str) -> tuple[str, tuple[str, ...]]:
    """The route and arguments. Raises ForeignButton unless sealed for the presser or everybody."""
    body, _, seal = data.rpartition(SEPARATOR)
    for owner in (presser_telegram_id, EVERYBODY):
        if hmac.compare_digest(_seal(owner, body).encode(), seal.encode()):
            route, *args = body.split(SEPARATOR)
            return route, tuple(args)
    raise ForeignButton()


def new_operation_id() -> str:
    """Drawn when a confirm card is shown: however often the card is pressed, it acts once."""
    return get_random_string(10)


def _seal(owner_telegram_id: int, body: str) -> str:
    message = f"{owner_telegram_id}|{body}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"button|" + message, sha256)
    return urlsafe_b64encode(digest)[:SEAL_LENGTH].decode()
