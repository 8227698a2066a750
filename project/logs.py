"""Keeps secrets out of the logs, whoever writes them, and says which request a line is of."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from project.requests import request_id

# A bot token, alone or inside an address: 123456789:AAE...
_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
# The password in an address: postgres://user:password@host
_PASSWORD = re.compile(r"(?<=://)([^\s:/@'\"]*):[^\s/@'\"]+@")


# What PostgreSQL quotes of a row it refuses, an SMS perhaps, up to whatever it says next.
_DETAIL = re.compile(
    r"(DETAIL:  ).*?"
    r"(?=\n(?:CONTEXT|HINT):  |\n\n(?:The above exception was|During handling of)|\Z)",
    re.DOTALL,
)
# ... and of a statement it cannot read, whose values stand in it.
_STATEMENT = re.compile(r"(LINE \d+: )[^\n]*(?:\n *\^)?")
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic) [A-Za-z0-9._~+/=-]{8,}")
_NAMED = re.compile(
    r"(?i)\b([a-z_]*(?:password|passphrase|secret|token|api_?key|otp_?code|sms_?code))"
    r"(['\"]?\s*[=:]\s*)(['\"]?)[^\s,;&'\"<>]{4,}"
)
SECRETS = (
    "SECRET_KEY",
    "TELEGRAM_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
    "METRICS_TOKEN",
    "BACKUP_PASSPHRASE",
    "BACKUP_S3_ACCESS_KEY",
    "BACKUP_S3_SECRET_KEY",
    "SENTRY_DSN",
)
SECRET_LENGTH_MIN = 8


def redact(text: str) -> str:
    """Known secrets wherever they stand, and what looks like one."""
    for name in SECRETS:
        value = getattr(settings, name, "")
        if len(value) >= SECRET_LENGTH_MIN:
            text = text.replace(value, f"<{name}>")
    text = _TOKEN.sub("<token>", text)
    text = _PASSWORD.sub(r"\1:<password>@", text)
    text = _DETAIL.sub(r"\1<left out>", text)
    text = _STATEMENT.sub(r"\1<left out>", text)
    text = _AUTHORIZATION.sub(r"\1 <left out>", text)
    return _NAMED.sub(r"\1\2\3<left out>", text)


class RedactFilter(logging.Filter):
    """Rewrites a record that holds a secret, its traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        cleaned = redact(message)
        if cleaned != message:
            record.msg, record.args = cleaned, None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


class LineFormatter(logging.Formatter):
    """For people: the request's id at the end of the line, where there is one."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        name = request_id.get()
        return f"{line} [{name}]" if name else line


class JsonFormatter(logging.Formatter):
    """For programs: one object a line, however many lines the message or the traceback has."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_id.get():
            fields["request_id"] = name
        if record.exc_text or record.exc_info:
            fields["exception"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        if record.stack_info:
            fields["stack"] = record.stack_info
        return json.dumps(fields, ensure_ascii=False)
