"""Logs: no secret in any of them, and each line of a request has its id."""

import json
import logging
import sys

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from project.logs import JsonFormatter, LineFormatter, RedactFilter, redact
from project.requests import request_id

TOKEN = "123456789:AAE" + "x" * 32
ADDRESS = "postgres://tally:hunter2@db.example.org/tally"


def break_down(request: HttpRequest) -> HttpResponse:
    logging.getLogger("tests").warning("before it broke")
    raise RuntimeError(f"could not reach {ADDRESS} as bot {TOKEN}")


urlpatterns = [path("break/", break_down)]
handler500 = "project.error_pages.server_error"


def write(formatter: logging.Formatter, message: str, *args: object, error: bool = False) -> str:
    info = None
    if error:
        try:
            raise ValueError(f"with {TOKEN}")
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("bot", logging.ERROR, "x.py", 1, message, args, info)
    RedactFilter().filter(record)
    return formatter.format(record)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"https://api.telegram.org/bot{TOKEN}/getMe", TOKEN),
        (f"no connection to {ADDRESS}", "hunter2"),
        ("redis://:hunter2@127.0.0.1:6379/0", "hunter2"),
        ("postgres://tally:hun:ter2@db/tally", "hun:ter2"),
    ],
)
def test_secrets_are_left_out_and_the_rest_stays(text, secret):
    cleaned = redact(text)

    assert secret not in cleaned
    assert cleaned.split("/")[0] == text.split("/")[0]


@pytest.mark.parametrize("text", ["https://example.org/a:b@c", "12:30 at home@example.org", "a"])
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


def test_an_object_a_line_with_the_traceback_in_it():
    line = write(JsonFormatter(), "it broke\nat %s", ADDRESS, error=True)

    found = json.loads(line)
    assert "\n" not in line
    assert found["message"] == "it broke\nat postgres://tally:<password>@db.example.org/tally"
    assert (found["level"], found["logger"]) == ("ERROR", "bot")
    assert "ValueError: with <token>" in found["exception"]
    assert found["time"].endswith("+00:00")
    assert "request_id" not in found


@pytest.mark.parametrize("formatter", [JsonFormatter(), LineFormatter("{message}", style="{")])
def test_a_line_of_a_request_has_its_id(formatter):
    token = request_id.set("abc12345")
    try:
        assert "abc12345" in write(formatter, "x")
    finally:
        request_id.reset(token)
    assert "abc12345" not in write(formatter, "x")


@pytest.fixture
def stranger():
    return Client(raise_request_exception=False)


@pytest.mark.urls("tests.project.test_logs")
def test_the_error_page_has_the_id_under_which_the_log_has_the_error(stranger, caplog):
    seen = []
    caplog.handler.addFilter(lambda record: seen.append((record.name, request_id.get())) or True)

    answer = stranger.get("/break/")

    name = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert f"<code>{name}</code>" in answer.content.decode()
    assert ("tests", name) in seen and ("django.request", name) in seen
    assert b"hunter2" not in answer.content
    assert request_id.get() == ""


@pytest.mark.urls("tests.project.test_logs")
def test_an_id_of_the_proxy_is_taken_over_when_it_is_plain(stranger):
    given = stranger.get("/break/", headers={"X-Request-ID": "edge-7.4711_a"})
    assert given["X-Request-ID"] == "edge-7.4711_a"

    for odd in ("short", "<script>alert(1)</script>", "x" * 65, "with space"):
        name = stranger.get("/break/", headers={"X-Request-ID": odd})["X-Request-ID"]
        assert name != odd and len(name) == 16


def test_two_requests_have_two_ids(stranger):
    assert stranger.get("/healthz")["X-Request-ID"] != stranger.get("/healthz")["X-Request-ID"]
