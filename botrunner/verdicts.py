"""What an error of the Bot API means for the call that met it."""

import re
import warnings
from datetime import timedelta
from enum import Enum, auto

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.error import NetworkError as NetworkFault
from telegram.warnings import PTBDeprecationWarning

# The library is on its way from whole seconds to a timedelta; both are read here.
warnings.filterwarnings("ignore", ".*retry_after", PTBDeprecationWarning)

# What Telegram quotes back: somebody's words, or an address that may be a secret of his.
_QUOTED = re.compile(r"\"|'(?=\w+:)")
_ALREADY_SO = (
    "message is not modified",
    # Gone already, or older than the 48 hours in which a bot may delete it.
    "message to delete not found",
    "message can't be deleted",
    # The button was pressed long ago: Telegram has ended its waiting by itself.
    "query is too old",
    "query id is invalid",
    "query_id_invalid",
)
_CANNOT_EDIT = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
)
# Ids belong to one bot, and Telegram forgets files.
_REFUSED_FILE = (
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "wrong type of the file",
    "can't use file of type",
    "file reference",
    "file_reference",
)


class Verdict(Enum):
    DONE = auto()  # as good as given
    ANEW = auto()  # the message to edit is gone: send a new one
    PLAIN = auto()  # the markup was refused: the words may still arrive
    MOVED = auto()  # the group became a supergroup with another id
    UNREACHABLE = auto()  # blocked, deactivated, thrown out: nothing reaches this chat
    LATER = auto()  # the limit is reached: not before the time Telegram named
    RETRY = auto()  # the network or Telegram is in trouble
    FINAL = auto()  # will not work however often it is tried


def judge(error: Exception) -> Verdict:
    if isinstance(error, RetryAfter):
        return Verdict.LATER
    if isinstance(error, ChatMigrated):
        return Verdict.MOVED
    if isinstance(error, Forbidden):
        return Verdict.UNREACHABLE
    if isinstance(error, BadRequest):
        return _judge_bad_request(error.message.lower())
    # BadRequest is a NetworkError too: this comes after it. A token refused while
    # running is being changed on the server or in our settings: the answer waits.
    if isinstance(error, NetworkFault | InvalidToken):
        return Verdict.RETRY
    return Verdict.FINAL


def _judge_bad_request(message: str) -> Verdict:
    if any(words in message for words in _ALREADY_SO):
        return Verdict.DONE
    if any(words in message for words in _CANNOT_EDIT):
        return Verdict.ANEW
    if "can't parse entities" in message:
        return Verdict.PLAIN
    return Verdict.FINAL


def is_refused_file(error: TelegramError) -> bool:
    """Whether it is the id of a file that Telegram does not take."""
    if not isinstance(error, BadRequest):
        return False
    message = error.message.lower()
    return any(words in message for words in _REFUSED_FILE)


def seconds_of(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_deactivated(error: Exception) -> bool:
    return "deactivated" in str(error).lower()


def describe(error: Exception) -> str:
    """Telegram's description for a log line; what it quotes is left out."""
    message = getattr(error, "message", "")
    return f"{type(error).__name__} {_QUOTED.split(message)[0][:80]}".strip()
