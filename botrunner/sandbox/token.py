"""The sandbox's two secrets, both made from SECRET_KEY: nothing to configure, nothing to leak."""

import base64
import hmac

from django.conf import settings

BOT_ID = 7_304_581_962


def _digest(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"sandbox.{purpose}".encode(), "sha256")


def sandbox_token() -> str:
    """Shaped like a real token: digits, a colon, 35 characters."""
    return f"{BOT_ID}:{base64.urlsafe_b64encode(_digest('token')).decode()[:35]}"


def control_key() -> str:
    return _digest("control").hex()
