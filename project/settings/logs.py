"""Logs: one line an event, ids not bodies, no token ever."""

from typing import Any

from project.env import env_bool, env_str

from .base import SERVED_OVER_TLS

LOG_LEVEL = env_str("LOG_LEVEL", "INFO").upper()
# For programs in production, for people before.
LOG_JSON = env_bool("LOG_JSON", SERVED_OVER_TLS)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "project.logs.RedactFilter"}},
    "formatters": {
        "line": {
            "()": "project.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "project.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_JSON else "line",
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
        # Their DEBUG lines hold whole requests, signed.
        "boto3": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "s3transfer": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        # Its INFO lines hold the arguments of each job.
        "rq": {"level": "WARNING"},
        # Its own handlers know neither our form nor what to leave out.
        "uvicorn": {"level": "WARNING", "handlers": []},
        "uvicorn.access": {"level": "WARNING"},
        # With DEBUG its own handler would write each line twice.
        "django": {"handlers": []},
        "axes": {"level": "WARNING"},
    },
}
