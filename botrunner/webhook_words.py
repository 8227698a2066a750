"""What Telegram says of its webhook, compared with what we asked for, in plain words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

# Telegram goes on naming an error long after it is mended.
ERROR_COUNTS_FOR = timedelta(minutes=10)
# By what Telegram's message holds, the first that fits.
_CAUSES = (
    (
        ("403",),
        "the bot refuses the secret: start all bot processes again with the same"
        " TELEGRAM_WEBHOOK_SECRET, or see whether the proxy forbids the address",
    ),
    (("404", "405"), "the proxy does not lead this path to the bot's port"),
    (("301", "302", "307", "308"), "the address redirects; Telegram follows no redirect"),
    (("413",), "the proxy takes no bodies of this size: raise its limit to 1 MB or more"),
    (("502", "504"), "the proxy finds no bot process: is one running with --webhook?"),
    (("500", "503"), "the bot could not store updates: see its log and the database"),
    (
        ("ssl", "certificate"),
        "Telegram does not trust the certificate: it needs the whole chain, for this host name",
    ),
    (("resolve", "ip address"), "the host name leads to no public address"),
    (
        ("refused", "timed out", "timeout", "reset", "closed"),
        "nothing answers there: is the proxy up, and the port (443, 80, 88 or 8443) open?",
    ),
)


def list_faults(info: dict[str, Any], *, url: str, allowed_updates: Iterable[str]) -> list[str]:
    """What getWebhookInfo answered that is not as it should be."""
    found = []
    if not info["url"]:
        return ["Telegram knows no webhook: another bot with this token took it away by polling."]
    if info["url"] != url:
        # Not shown: somebody may keep a secret in his address.
        found.append(
            "Telegram calls another address than TELEGRAM_WEBHOOK_URL: another installation uses"
            " this token, or the setting changed."
        )
    if missing := sorted(set(allowed_updates) - set(info.get("allowed_updates", ()))):
        found.append(f"Telegram leaves out these kinds of updates: {', '.join(missing)}.")
    if (failed_at := _error_time(info)) and failed_at > timezone.now() - ERROR_COUNTS_FOR:
        message = str(info.get("last_error_message", "no reason given"))
        found.append(f"Telegram could not deliver at {failed_at:%H:%M} UTC: {explain(message)}")
    return found


def explain(message: str) -> str:
    """Telegram's words, and what is likely behind them."""
    lowered = message.lower()
    for signs, cause in _CAUSES:
        if any(sign in lowered for sign in signs):
            return f"{message}. Likely {cause}."
    return f"{message}."


def _error_time(info: dict[str, Any]) -> datetime | None:
    seconds = info.get("last_error_date")
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
