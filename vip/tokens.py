"""The tokens of passes: what a link holds, made anew whenever the link is shown again."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.utils.crypto import salted_hmac

# Tells a pass from other parameters of a deep link.
PREFIX = "ad"
# 192 bits; with the prefix 35 of the 64 characters that Telegram lets a parameter have.
TOKEN_BYTES = 24


def new_alias() -> str:
    return secrets.token_hex(10)


def make_token(*, member_id: int, alias: str) -> str:
    """Of SECRET_KEY, so that who has the database alone has nobody's token."""
    digest = salted_hmac("vip.pass", f"{member_id}:{alias}", algorithm="sha256").digest()
    return f"{PREFIX}_{urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()}"


def hash_token(token: str) -> str:
    """What is looked up. Plain: nobody guesses the input, however fast the hash."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
