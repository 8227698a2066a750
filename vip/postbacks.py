"""How a postback is signed: HMAC-SHA256 over the pass's code, which is good for one effect.

No time is signed with it: said again, a proof changes nothing.
"""

import hmac
from hashlib import sha256

SCHEME = "sha256="


def sign(alias: str, secret: str) -> str:
    return SCHEME + hmac.new(secret.encode(), alias.encode(), sha256).hexdigest()


def is_signed(alias: str, signature: str, secret: str) -> bool:
    return hmac.compare_digest(
        sign(alias.encode("utf-8", "replace").decode(), secret).encode(),
        signature.encode("utf-8", "replace"),
    )
