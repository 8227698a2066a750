from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from botrunner.verdicts import Verdict, describe, is_deactivated, judge, seconds_of


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (BadRequest("Message is not modified: specified new message content"), Verdict.DONE),
        (BadRequest("Query is too old and response timeout expired"), Verdict.DONE),
        (BadRequest("Message to edit not found"), Verdict.ANEW),
        (BadRequest("Message can't be edited"), Verdict.ANEW),
        (BadRequest("There is no text in the message to edit"), Verdict.ANEW),
        (BadRequest("Can't parse entities: unsupported start tag"), Verdict.PLAIN),
        (BadRequest("Chat not found"), Verdict.FINAL),
        (BadRequest("Message is too long"), Verdict.FINAL),
        (ChatMigrated(-100_5), Verdict.MOVED),
        (Forbidden("bot was blocked by the user"), Verdict.UNREACHABLE),
        (RetryAfter(3), Verdict.LATER),
        (NetworkError("Bad Gateway"), Verdict.RETRY),
        (TimedOut(), Verdict.RETRY),
        (InvalidToken("Unauthorized"), Verdict.RETRY),
        (Conflict("another"), Verdict.FINAL),
        (TelegramError("who knows"), Verdict.FINAL),
    ],
)
def test_each_error_has_its_verdict(error, verdict):
    assert judge(error) is verdict


def test_a_deactivated_account_is_told_from_a_block():
    assert is_deactivated(Forbidden("Forbidden: user is deactivated"))
    assert not is_deactivated(Forbidden("Forbidden: bot was blocked by the user"))


@pytest.mark.parametrize("named", [3, timedelta(seconds=3)])
def test_the_pause_is_read_in_seconds(named):
    assert seconds_of(RetryAfter(named)) == 3.0


def test_a_log_line_leaves_out_what_telegram_quotes():
    error = BadRequest('Can\'t parse entities: unsupported start tag "482913" at byte 5')

    assert "482913" not in describe(error)


def test_a_description_quotes_no_address():
    """The link of a pass is worth premium; the words before it are not."""
    url = "https://t.me/x?start=ad_canary"
    error = BadRequest(f"Button URL '{url}' is invalid: Wrong HTTP URL")

    assert describe(error) == "BadRequest Button URL"
    assert "Can't" in describe(BadRequest("Can't parse entities"))
