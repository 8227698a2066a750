"""The web process's way to the sandbox server."""

from typing import Any

import aiohttp
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from .token import control_key

TIMEOUT = aiohttp.ClientTimeout(total=40)


class SandboxDown(Exception):
    """Nobody listens on the sandbox's port."""


async def ask(
    method: str, action: str, *, query: str = "", data: Any = None, kind: str = "application/json"
) -> tuple[int, str, bytes]:
    """Status, content type and body of the control API's answer."""
    headers = {"X-Sandbox-Key": control_key()}
    if isinstance(data, bytes):
        headers["Content-Type"] = kind
    url = f"{settings.SANDBOX_URL}/control/{action}?{query}"
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session,
            session.request(method, url, data=data) as response,
        ):
            return response.status, response.content_type, await response.read()
    except (aiohttp.ClientConnectionError, TimeoutError) as error:
        raise SandboxDown from error


def as_form(fields: dict[str, Any], upload: "UploadedFile[bytes] | None") -> aiohttp.FormData:
    form = aiohttp.FormData({name: str(value) for name, value in fields.items()})
    if upload is not None:
        form.add_field(
            "file",
            upload.read(),
            filename=upload.name or "file",
            content_type=upload.content_type or "application/octet-stream",
        )
    return form
