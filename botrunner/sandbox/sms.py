"""Sends an SMS to one of our numbers the way a provider would: to our own signed webhook."""

import hmac
import uuid
from datetime import UTC, datetime

import aiohttp
import orjson

TIMEOUT = aiohttp.ClientTimeout(total=20)


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
