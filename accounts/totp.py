"""Codes of authenticator apps (RFC 6238): six digits, half a minute each, by SHA-1 as all read."""

import base64
import secrets
from datetime import datetime
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP_SECONDS = 30
# A clock that is half a minute wrong, or a slow typist.
DRIFT_STEPS = 1
SECRET_BYTES = 20
ISSUER = "Tallyhouse"


def new_secret() -> str:
    """In the letters that apps let one type."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address(secret: str, username: str) -> str:
    """What the QR code says."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def code_at(secret: str, step: int) -> str:
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def find_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step whose code this is, among those near now that are newer than `after`."""
    found = None
    present = step_at(now)
    for step in range(max(present - DRIFT_STEPS, 0), present + DRIFT_STEPS + 1):
        is_it = compare_digest(code_at(secret, step).encode(), code.encode())
        if is_it and step > after and found is None:
            found = step
    return found


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
