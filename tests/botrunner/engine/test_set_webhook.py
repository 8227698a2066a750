"""`manage.py set_webhook` against the sandbox's Bot API."""

import asyncio
import io
import time

import pytest
from django.core.management import CommandError, call_command

from botrunner.poller import ALLOWED_UPDATES
from botrunner.sandbox.server import SandboxServer
from botrunner.webhook_words import explain
from tests.concurrency import call_aside

URL = "https://tally.example.org/telegram/"
SECRET = "a-secret-of-the-test"


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.SANDBOX = False
    settings.TELEGRAM_WEBHOOK_URL = URL
    settings.TELEGRAM_WEBHOOK_SECRET = SECRET


def run(settings, *options, before=lambda state: None):
    """What the command printed, how it refused, and what Telegram knows then."""

    async def story():
        async with SandboxServer() as server:
            before(server.state)
            settings.TELEGRAM_API_URL = server.url
            settings.TELEGRAM_TOKEN = settings.TELEGRAM_TOKEN or server.token
            out = io.StringIO()
            try:
                await call_aside(call_command, "set_webhook", *options, stdout=out)
            except CommandError as error:
                return out.getvalue(), str(error), server.state
            return out.getvalue(), "", server.state

    return asyncio.run(story())


def set_before(**more):
    def before(state):
        state.webhook = {"url": URL, "secret_token": SECRET, "max_connections": 40} | more
        state.allow_updates(ALLOWED_UPDATES)

    return before


def test_the_webhook_is_set_as_the_poller_asks(settings):
    out, error, state = run(settings)

    assert (error, state.webhook["url"], state.webhook["secret_token"]) == ("", URL, SECRET)
    assert state.updates.allowed == frozenset(ALLOWED_UPDATES)
    assert URL in out


def test_the_secret_is_never_printed(settings):
    outputs = [run(settings, *options) for options in ((), ("--check",), ("--delete",))]

    assert not any(SECRET in words for out, error, _ in outputs for words in (out, error))


def test_deleting_keeps_what_waits(settings):
    def before(state):
        set_before()(state)
        state.queue("message", {"message_id": 1})

    out, error, state = run(settings, "--delete", before=before)

    assert (error, state.webhook, len(state.updates.pending)) == ("", {}, 1)
    assert "removed" in out


def test_a_check_sets_nothing(settings):
    _, error, state = run(settings, "--check")

    assert "knows no webhook" in error
    assert state.webhook == {}


def test_a_check_finds_a_webhook_of_another_installation(settings):
    _, error, state = run(settings, "--check", before=set_before(url="https://else.example/x"))

    assert "another address" in error
    assert "else.example" not in error


def test_a_check_names_the_kinds_that_are_left_out(settings):
    def before(state):
        set_before()(state)
        state.allow_updates(["message"])

    _, error, _ = run(settings, "--check", before=before)

    assert "chat_member" in error and "message_reaction" in error


def test_a_fresh_failure_is_explained(settings):
    failed = {
        "last_error_date": int(time.time()),
        "last_error_message": "Wrong response from the webhook: 403 Forbidden",
    }

    _, error, _ = run(settings, "--check", before=set_before(**failed))

    assert "403 Forbidden" in error and "TELEGRAM_WEBHOOK_SECRET" in error


def test_a_failure_of_long_ago_is_none(settings):
    failed = {"last_error_date": int(time.time()) - 3600, "last_error_message": "Timed out"}

    out, error, _ = run(settings, "--check", before=set_before(**failed))

    assert error == "" and "is set" in out


@pytest.mark.parametrize("name", ["TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET"])
def test_what_is_not_set_is_named_and_nothing_changes(settings, name):
    setattr(settings, name, "")

    _, error, state = run(settings)

    assert name in error
    assert state.webhook == {}


def test_an_address_without_tls_is_refused_in_telegrams_words(settings):
    settings.TELEGRAM_WEBHOOK_URL = "http://tally.example.org/"

    _, error, state = run(settings)

    assert "https url must be provided" in error
    assert state.webhook == {}


def test_a_token_that_telegram_does_not_know(settings):
    settings.TELEGRAM_TOKEN = "7304581962:AAnother-token-of-nobody-0000000000"

    _, error, _ = run(settings)

    assert "TELEGRAM_TOKEN" in error
    assert "AAnother" not in error


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("Wrong response from the webhook: 502 Bad Gateway", "no bot process"),
        ("Wrong response from the webhook: 404 Not Found", "path"),
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
        ("Connection refused", "nothing answers"),
        ("Failed to resolve host: Name or service not known", "host name"),
    ],
)
def test_telegrams_words_get_a_likely_cause(message, word):
    explained = explain(message)

    assert explained.startswith(message)
    assert word in explained.removeprefix(message)
