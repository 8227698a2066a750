"""Logs: one line an event, ids not bodies, no token ever."""

from typing import Any

from project.env import env_str

LOG_LEVEL = env_str("LOG_LEVEL", "INFO").upper()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "project.logs.RedactFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["redact"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Their INFO lines hold the bot's token, which is part of every address.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "aiohttp.access": {"level": "WARNING"},
        # Its ERROR lines quote what strangers send instead of HTTP, each with a traceback.
        "aiohttp.server": {"level": "CRITICAL"},
        # Its INFO lines hold the arguments of each job.
        "rq": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
