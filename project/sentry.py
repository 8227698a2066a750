"""What breaks, told to Sentry where SENTRY_DSN names one: the place in the code, and no words.

Messages of exceptions quote what they choke on: an SMS, a name, a row of the database. What
leaves is built anew from the few fields that can hold none of it; the words are in the log of
this machine, under the same request's id.
"""

import importlib.util
import logging
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from project.logs import redact
from project.requests import request_id

HOW_TO_INSTALL = "pip install --require-hashes -r requirements-sentry.txt"
# Their messages are templates of ours; of others' nobody knows what stands in them.
OWN = {"project", "accounts", "points", "vip", "numbers", "botrunner"}
KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "server_name")
KEPT_OF_FRAME = (
    "filename",
    "abs_path",
    "function",
    "module",
    "lineno",
    "pre_context",
    "context_line",
    "post_context",
    "in_app",
)
FLUSH_SECONDS = 2


def is_installed() -> bool:
    return importlib.util.find_spec("sentry_sdk") is not None


def start() -> None:
    """In every process, web, bot, worker and command alike; nothing where it is off."""
    if settings.SENTRY_DSN and is_installed():
        import sentry_sdk

        sentry_sdk.init(**build_options())


def build_options(**others: Any) -> dict[str, Any]:
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.rq import RqIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration

    return {
        "dsn": settings.SENTRY_DSN,
        "environment": settings.SENTRY_ENVIRONMENT,
        # None: SENTRY_RELEASE, or else the commit that runs.
        "release": None,
        "before_send": strip,
        "before_send_transaction": drop,
        "before_breadcrumb": drop,
        "default_integrations": False,
        "auto_enabling_integrations": False,
        "integrations": [
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ExcepthookIntegration(),
            ThreadingIntegration(),
            RqIntegration(),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        # What `strip` leaves out is not even gathered.
        "include_local_variables": False,
        "max_request_body_size": "never",
        "max_breadcrumbs": 0,
        "auto_session_tracking": False,
        "send_client_reports": False,
        "shutdown_timeout": FLUSH_SECONDS,
        **others,
    }


def strip(event: Any, hint: dict[str, Any]) -> Any:
    """A new event of known fields; one that cannot be built is not sent."""
    kept: dict[str, Any] = {name: event[name] for name in KEPT if name in event}
    own_logger = str(event.get("logger") or "")
    kept["logger"] = own_logger
    kept["tags"] = {"process": _name_process(), "request_id": request_id.get()}
    if own_logger.partition(".")[0] in OWN and (record := hint.get("log_record")):
        # The template, without what was filled in.
        kept["logentry"] = {"message": redact(str(record.msg))}
    errors = (event.get("exception") or {}).get("values") or []
    kept["exception"] = {"values": [_strip_error(error) for error in errors]}
    return kept


def drop(thing: Any, hint: Any) -> None:
    return None


def _strip_error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "value": "Its words are in the log.",
        "stacktrace": {
            "frames": [
                {name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames
            ]
        },
    }


def _name_process() -> str:
    """`runbot`, `rqworker`, `uvicorn`: without what else stands on the command line."""
    name = Path(sys.argv[0]).name if sys.argv else ""
    return sys.argv[1] if name == "manage.py" and len(sys.argv) > 1 else name
