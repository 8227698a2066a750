"""What leaves for Sentry: where it broke, and nothing of what it broke on."""

import json
import logging

import pytest
from django.test import Client
from django.urls import path

from project import sentry
from project.checks import check_libraries

sentry_sdk = pytest.importorskip("sentry_sdk")
from sentry_sdk.transport import Transport  # noqa: E402

SMS = "Your Foobank code is 739154, Annabelle"
TOKEN = "123456789:AAE" + "x" * 32
NUMBER, ADDRESS, COOKIE = "+971500000001", "198.51.100.7", "cookie-canary"
SECRETS = ("739154", "Annabelle", "Foobank", TOKEN, NUMBER, ADDRESS, COOKIE)


class Kept(Transport):
    """A transport of the test's own: what it is given is what would leave."""

    def __init__(self, options=None):
        super().__init__(options)
        self.sent = []

    def capture_envelope(self, envelope):
        self.sent.append(envelope)

    def read(self):
        return [item.payload.json for envelope in self.sent for item in envelope.items]


@pytest.fixture
def sent(settings):
    settings.SENTRY_DSN = "https://0123456789abcdef@sentry.example.org/7"
    settings.SENTRY_ENVIRONMENT = "tests"
    transport = Kept()
    options = sentry.build_options(transport=transport, release="tallyhouse@1")
    before = sentry_sdk.get_client()
    sentry_sdk.get_global_scope().set_client(sentry_sdk.Client(**options))
    yield transport
    sentry_sdk.get_global_scope().set_client(before if before.is_active() else None)


def receive_sms(text, number):
    code = text.split()[4]
    raise ValueError(f"no lease of {number} for {text!r} ({code}, {TOKEN})")


def break_down(request):
    receive_sms(request.POST.get("text", SMS), NUMBER)


def break_in_job(text):
    receive_sms(text, NUMBER)


urlpatterns = [path("break/", break_down)]
handler500 = "project.error_pages.server_error"


def assert_nothing_left(sent):
    assert sent.read(), "nothing was sent at all"
    text = json.dumps(sent.read())
    for secret in SECRETS:
        assert secret not in text, secret


@pytest.mark.django_db
@pytest.mark.urls("tests.project.test_sentry")
def test_of_a_request_only_the_place_and_its_id_leave(sent):
    client = Client(raise_request_exception=False, headers={"X-Request-ID": "edge-4711-a"})
    client.cookies["sessionid"] = COOKIE

    client.post(f"/break/?token={TOKEN}", {"text": SMS}, REMOTE_ADDR=ADDRESS)

    assert_nothing_left(sent)
    (event,) = sent.read()
    (error,) = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "receive_sms"
    assert event["tags"]["request_id"] == "edge-4711-a"
    assert (event["release"], event["environment"]) == ("tallyhouse@1", "tests")
    assert not {"request", "user", "extra", "breadcrumbs", "contexts", "modules"} & event.keys()


def test_of_a_line_of_ours_the_template_leaves_without_what_fills_it(sent):
    try:
        receive_sms(SMS, NUMBER)
    except ValueError:
        logging.getLogger("botrunner.pipeline").exception("Update of %s failed", SMS)

    assert_nothing_left(sent)
    (event,) = sent.read()
    assert event["logentry"] == {"message": "Update of %s failed"}
    assert event["logger"] == "botrunner.pipeline"


def test_of_a_line_of_others_no_word_leaves(sent):
    logging.getLogger("somebody.elses").error(f"could not parse {SMS} with {TOKEN}")

    assert_nothing_left(sent)
    assert "logentry" not in sent.read()[0]


def test_causes_of_causes_are_stripped_too(sent):
    try:
        try:
            receive_sms(SMS, NUMBER)
        except ValueError as error:
            raise RuntimeError(f"again {SMS}") from error
    except RuntimeError:
        logging.getLogger("accounts").exception("twice")

    assert_nothing_left(sent)
    assert len(sent.read()[0]["exception"]["values"]) == 2


@pytest.mark.valkey
@pytest.mark.django_db(transaction=True)
def test_of_a_job_neither_arguments_nor_words_leave(sent):
    from django_rq import get_queue
    from rq import SimpleWorker

    queue = get_queue("default")
    queue.enqueue("tests.project.test_sentry.break_in_job", SMS)

    SimpleWorker([queue], connection=queue.connection).work(burst=True)

    assert_nothing_left(sent)
    assert any("ValueError" in json.dumps(event) for event in sent.read())


def test_what_is_no_error_does_not_leave(sent):
    logging.getLogger("botrunner").warning("Not ready: %s", SMS)
    sentry_sdk.add_breadcrumb(message=SMS)

    assert sent.read() == []


def test_an_event_that_cannot_be_stripped_is_not_sent(sent, monkeypatch):
    monkeypatch.setattr(sentry, "redact", lambda text: 1 / 0)

    logging.getLogger("botrunner").error(SMS)

    assert sent.read() == []


def test_off_by_default_and_not_even_imported(settings, monkeypatch):
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: pytest.fail("it was started"))

    assert settings.SENTRY_DSN == ""
    sentry.start()


def test_without_the_library_the_start_is_refused(settings, monkeypatch):
    settings.SENTRY_DSN = "https://0123456789abcdef@sentry.example.org/7"
    monkeypatch.setattr(sentry, "is_installed", lambda: False)

    sentry.start()
    (finding,) = check_libraries(None)

    assert (finding.id, finding.hint) == ("tallyhouse.E002", sentry.HOW_TO_INSTALL)
