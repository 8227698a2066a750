"""What these settings lack for production: `manage.py check --deploy` says it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

from project import sentry
from project.backups import bucket

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]"}


@register(deploy=True)
def check_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [*_bot(), *_servers(), *_addresses(), *_backups()]


def _bot() -> Iterator[CheckMessage]:
    if not settings.TELEGRAM_TOKEN:
        yield Warning(
            "There is no bot token: the bot talks to the sandbox, not to Telegram.",
            hint="Make a bot with @BotFather and set TELEGRAM_TOKEN (or TELEGRAM_TOKEN_FILE).",
            id="tallyhouse.W001",
        )


def _servers() -> Iterator[CheckMessage]:
    if connection.vendor == "sqlite":
        yield Warning(
            "The database is SQLite: one machine only, and one writer at a time.",
            hint="Set DATABASE_URL=postgres://user:password@host/name.",
            id="tallyhouse.W002",
        )
    if settings.EMBEDDED_QUEUE:
        yield Warning(
            "The queue is the embedded one of ./run, which other machines cannot reach.",
            hint="Set REDIS_URL=redis://host:6379/0 to a Redis or Valkey server.",
            id="tallyhouse.W003",
        )


def _addresses() -> Iterator[CheckMessage]:
    if set(settings.ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
        yield Warning(
            "The dashboard answers on this machine's own names only.",
            hint="Set ALLOWED_HOSTS to the public name, as in ALLOWED_HOSTS=tally.example.org.",
            id="tallyhouse.W004",
        )
    if not settings.SERVED_OVER_TLS:
        yield Warning(
            "Passwords and sessions travel without encryption.",
            hint="Put a TLS proxy (Caddy, nginx) in front that sets X-Forwarded-Proto,"
            " then set SERVED_OVER_TLS=1.",
            id="tallyhouse.W005",
        )


def _backups() -> Iterator[CheckMessage]:
    if not settings.BACKUP_SECOND_DIR and not settings.BACKUP_S3_BUCKET:
        yield Warning(
            "Backups are kept in one place only.",
            hint="Set BACKUP_SECOND_DIR to a folder on another disk, as in /mnt/backup/tallyhouse,"
            " or BACKUP_S3_BUCKET.",
            id="tallyhouse.W006",
        )
    if settings.BACKUP_S3_BUCKET and not settings.BACKUP_PASSPHRASE:
        yield Warning(
            "Whoever can read the bucket of BACKUP_S3_BUCKET can read every backup.",
            hint="Set BACKUP_PASSPHRASE (or BACKUP_PASSPHRASE_FILE), and keep it elsewhere too.",
            id="tallyhouse.W007",
        )


@register()
def check_libraries(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Of what is switched on by a setting alone."""
    missing: list[CheckMessage] = []
    if settings.BACKUP_S3_BUCKET and not bucket.is_installed():
        missing.append(
            Error(
                "BACKUP_S3_BUCKET is set, and the libraries for it are not installed.",
                hint=bucket.HOW_TO_INSTALL,
                id="tallyhouse.E001",
            )
        )
    if settings.SENTRY_DSN and not sentry.is_installed():
        missing.append(
            Error(
                "SENTRY_DSN is set, and sentry-sdk is not installed.",
                hint=sentry.HOW_TO_INSTALL,
                id="tallyhouse.E002",
            )
        )
    return missing
