"""Keeps secrets out of the logs, whoever writes them."""

import logging
import re

# A bot token, alone or inside an address: 123456789:AAE...
_TOKEN = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}")


def redact(text: str) -> str:
    return _TOKEN.sub("<token>", text)


class RedactFilter(logging.Filter):
    """Rewrites a record that holds a token, its traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        cleaned = redact(message)
        if cleaned != message:
            record.msg, record.args = cleaned, None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True
