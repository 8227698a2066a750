"""Keeps secrets out of the logs, whoever writes them, and says which request a line is of."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from project.requests import request_id

# A bot token, alone or inside an address: 123456789:AAE...
_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
# The password in an address: postgres://user:password@host
_PASSWORD = re.compile(r"(?<=://)([^\s:/@'\"]*):[^\s/@'\"]+@")


def redact(text: str) -> str:
    return _PASSWORD.sub(r"\1:<password>@", _TOKEN.sub("<token>", text))


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
