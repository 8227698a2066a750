"""Sends an SMS to one of our numbers the way a provider would: to our own signed webhook."""

import hmac
import uuid
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
from django.utils.module_loading import import_string

TIMEOUT = aiohttp.ClientTimeout(total=20)


def sandbox_provider() -> tuple[str, str]:
    """The provider's slug and the secret it signs with."""
    found: tuple[str, str] = import_string("numbers.selectors.sandbox_provider")()
    return found


def list_leased_numbers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = import_string("numbers.selectors.list_leased_numbers")()
    return found


def sms_body(*, to: str, sender: str, text: str) -> bytes:
    return orjson.dumps(
        {
            "id": f"sandbox-{uuid.uuid4().hex}",
            "to": to,
            "from": sender,
            "text": text,
            "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    )


def signature(body: bytes, secret: str) -> str:
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"


async def post_sms(url: str, host: str, body: bytes, secret: str) -> int:
    """The webhook's status. `host` is what the page was asked under: the web server knows it."""
    headers = {
        "Content-Type": "application/json",
        "Host": host,
        "X-Signature": signature(body, secret),
    }
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as response,
    ):
        return response.status
