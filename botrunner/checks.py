"""What about the bot's settings would fail later, said at start."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


@register
def check_webhook(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    url, secret = settings.TELEGRAM_WEBHOOK_URL, settings.TELEGRAM_WEBHOOK_SECRET
    found: list[CheckMessage] = []
    if url and not secret:
        found.append(
            Error(
                "TELEGRAM_WEBHOOK_URL is set, but no TELEGRAM_WEBHOOK_SECRET.",
                hint="Set a random secret: python3 -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'.",
                id="botrunner.E001",
            )
        )
    if secret and not _SECRET.fullmatch(secret):
        found.append(
            Error(
                "Telegram does not take this TELEGRAM_WEBHOOK_SECRET.",
                hint="Use 1 to 256 letters, digits, _ and -.",
                id="botrunner.E002",
            )
        )
    # A Bot API server of one's own may call a plain address; so does the sandbox.
    is_telegram = not settings.SANDBOX and not settings.TELEGRAM_API_URL
    if url and urlsplit(url).scheme != "https" and is_telegram:
        found.append(
            Error(
                "TELEGRAM_WEBHOOK_URL must start with https://.",
                hint="Telegram calls a webhook over TLS only.",
                id="botrunner.E003",
            )
        )
    return found


@register
def check_token(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    is_telegram = settings.TELEGRAM_TOKEN and not settings.TELEGRAM_API_URL
    if is_telegram and not _TOKEN.fullmatch(settings.TELEGRAM_TOKEN):
        return [
            Error(
                "TELEGRAM_TOKEN does not look like a bot's token.",
                hint="Copy it whole from @BotFather: digits, a colon, letters.",
                id="botrunner.E004",
            )
        ]
    return []
