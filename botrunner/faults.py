"""Errors in the log without what people wrote."""

import logging
import traceback

logger = logging.getLogger(__name__)


def log_fault(what: str, error: BaseException) -> None:
    """The error's class and where it came from; its message may quote what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    logger.error("%s: %s at %s", what, type(error).__name__, places)
