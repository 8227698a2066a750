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


SMS = "Your code is 739154\n\nfor Annabelle"
ROW = f"""new row for relation "numbers_inboundsms" violates check constraint "text_kept"
DETAIL:  Failing row contains (7, {SMS}, 2026-11-21)."""
AGAIN = "\n\nThe above exception was the direct cause of the following exception:\n\nTraceback"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (ROW, "text_kept"),
        (f"{ROW}{AGAIN} of {'x'}", "direct cause"),
        (f"duplicate key\nDETAIL:  Key (code)=({SMS}) already exists.\nCONTEXT:  COPY", "COPY"),
        ("syntax error at \"x\"\nLINE 1: INSERT VALUES ('739154 Annabelle')\n     ^", "syntax"),
        ("Authorization: Bearer 739154Annabelle", "Bearer"),
        ("https://hook.example.org/?token=739154Annabelle&page=2", "page=2"),
        ("{'password': '739154Annabelle', 'name': 'vera'}", "vera"),
        ("otp_code=739154 and sms_code: 739154", "and"),
    ],
)
def test_rows_statements_and_named_secrets_are_left_out(text, kept):
    cleaned = redact(text)

    assert "739154" not in cleaned and "Annabelle" not in cleaned
    assert kept in cleaned


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "METRICS_TOKEN", "BACKUP_PASSPHRASE", "BACKUP_S3_SECRET_KEY"]
)
def test_the_secrets_of_the_settings_are_left_out_wherever_they_stand(settings, name):
    setattr(settings, name, "canary/of+this test")

    assert redact("tried canary/of+this test, in vain") == f"tried <{name}>, in vain"


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_not_quoted(caplog):
    """As PostgreSQL says it, in words and in the chain of causes."""
    from django.db import DatabaseError, connection

    line = ""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept (text text CHECK (text = ''))")
        try:
            cursor.execute("INSERT INTO kept VALUES (%s)", [SMS])
        except DatabaseError as error:
            info = (type(error), error, error.__traceback__)
            record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "%s", (error,), info)
            RedactFilter().filter(record)
            line = JsonFormatter().format(record)

    assert "violates check constraint" in line
    assert "739154" not in line and "Annabelle" not in line
