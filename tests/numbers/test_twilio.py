"""Twilio's webhook: what Twilio signed is stored once, and nothing else is stored at all."""

import hmac
import logging
from base64 import b64encode
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, OutboxMessage
from numbers.models import InboundSms, Provider, RawEvent
from numbers.providers.twilio import is_signed
from tests.factories.numbers import make_lease, make_provider

pytestmark = pytest.mark.django_db
TOKEN = "canary-auth-token-7731"
HERE = "http://testserver/sms/twilio/twilio/"


@pytest.fixture
def provider():
    return Provider.objects.create(slug="twilio", kind=Provider.Kind.TWILIO, secret=TOKEN)


def sign(url, fields, token=TOKEN):
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def post(client, lease=None, *, url=HERE, token=TOKEN, path="/sms/twilio/twilio/", **changes):
    fields = {
        "MessageSid": "SM1",
        "To": f"+{lease.number.e164}" if lease else "+971501112233",
        "From": "+14158675309",
        "Body": "Your code is 482913",
        "NumMedia": "0",
        **changes,
    }
    fields = {name: value for name, value in fields.items() if value is not ...}
    return client.post(
        path,
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": sign(url, fields, token)},
    )


def test_the_example_that_twilio_publishes_is_signed_right():
    number = ["+14158675309"]
    fields = {
        "CallSid": ["CA1234567890ABCDE"],
        "Digits": ["1234"],
        "From": number,
        "To": ["+18005551212"],
        "Caller": number,
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert is_signed(url, fields, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "12345")
    assert not is_signed(url, fields, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "12346")


def test_an_sms_is_stored_and_queued_and_nothing_is_said_to_its_sender(client, provider):
    lease = make_lease()

    response = post(client, lease, Body="Ваш код & ключ: 482913 + ٤")

    sms = InboundSms.objects.get()
    assert (response.status_code, sms.lease_id, sms.code) == (200, lease.pk, "482913")
    assert sms.text == "Ваш код & ключ: 482913 + ٤"
    assert OutboxMessage.objects.filter(kind="sms.received").count() == 1
    assert response["Content-Type"].startswith("text/xml")
    assert response.content.endswith(b"<Response/>")


def test_a_repeat_is_delivered_once(client, provider):
    lease = make_lease()

    statuses = [post(client, lease).status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert (InboundSms.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_the_public_address_is_the_one_that_is_signed(client, provider, settings):
    settings.PUBLIC_URL = "https://tally.example.org"
    there = "https://tally.example.org/sms/twilio/twilio/"

    assert post(client, url=HERE).status_code == 403
    assert post(client, url=there).status_code == 200
    query = {"url": f"{there}?a=1&b=%20", "path": "/sms/twilio/twilio/?a=1&b=%20"}
    assert post(client, MessageSid="SM2", **query).status_code == 200


@pytest.mark.parametrize(
    "how",
    [
        {"token": "guess"},
        {"url": "http://testserver/sms/twilio/other/"},
        {"url": "https://testserver/sms/twilio/twilio/"},
        {"path": "/sms/twilio/twilio/?x=1"},
        {"path": "/sms/twilio/nobody/", "url": "http://testserver/sms/twilio/nobody/"},
    ],
)
def test_what_twilio_did_not_sign_is_refused(client, provider, how):
    assert (post(client, **how).status_code, InboundSms.objects.count()) == (403, 0)


@pytest.mark.parametrize("signature", [None, "", "é", "AAAA"])
def test_an_absent_signature_is_refused(client, provider, signature):
    headers = {} if signature is None else {"X-Twilio-Signature": signature}

    response = client.post("/sms/twilio/twilio/", {"To": "+971501112233"}, headers=headers)

    assert (response.status_code, InboundSms.objects.count()) in {(403, 0), (400, 0)}


def test_a_field_that_is_changed_or_added_breaks_the_signature(client, provider):
    fields = {"MessageSid": "SM1", "To": "+971501112233", "From": "x", "Body": "code 1234"}
    signature = sign(HERE, fields)

    for changed in ({"Body": "code 4321"}, {"New": "x"}):
        response = client.post(
            "/sms/twilio/twilio/",
            urlencode({**fields, **changed}),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        )
        assert response.status_code == 403


def test_each_kind_has_an_address_of_its_own(client, provider):
    make_provider("acme")

    other = {"path": "/sms/twilio/acme/", "url": "http://testserver/sms/twilio/acme/"}

    assert post(client, token="not-a-real-secret", **other).status_code == 403
    assert client.post("/sms/generic/twilio/", b"{}", "application/json").status_code == 403


def test_a_provider_that_is_switched_off_is_refused(client, provider):
    Provider.objects.update(is_active=False)

    assert post(client).status_code == 403


@pytest.mark.parametrize(
    "changes", [{"MessageSid": ...}, {"MessageSid": " "}, {"To": "abc"}, {"To": ...}, {"Body": ...}]
)
def test_a_form_without_what_is_needed_is_kept_and_not_asked_for_again(client, provider, changes):
    response = post(client, **changes)

    assert (response.status_code, InboundSms.objects.count()) == (200, 0)
    assert RawEvent.objects.get().reason in changes


@pytest.mark.parametrize(("body", "status"), [(b"\xff", 400), (b"a=1&" * 300, 400), (b"", 403)])
def test_a_body_that_is_no_form_is_refused(client, provider, body, status):
    response = client.post("/sms/twilio/twilio/", body, "application/x-www-form-urlencoded")

    assert response.status_code == status


def test_a_body_over_64_kb_is_refused(client, provider):
    assert post(client, Body="x" * 70_000).status_code == 413


def test_the_token_is_shown_nowhere_and_reaches_neither_audit_nor_log(staff, caplog):
    caplog.set_level(logging.DEBUG)
    chief = staff("Chief")
    form = {"kind": "twilio", "slug": "twilio", "is_active": "on", "token": TOKEN}

    chief.post(reverse("admin:numbers_provider_add"), form)
    provider = Provider.objects.get()
    page = chief.get(reverse("admin:numbers_provider_change", args=[provider.pk])).content.decode()

    assert provider.secret == TOKEN and TOKEN not in page and "/sms/twilio/twilio/" in page
    assert TOKEN not in str(list(AuditEntry.objects.values()))
    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert not [line for line in lines if TOKEN in line]


def test_without_a_token_there_is_no_twilio(staff):
    form = {"kind": "twilio", "slug": "twilio", "is_active": "on"}

    page = staff("Chief").post(reverse("admin:numbers_provider_add"), form).content.decode()

    assert "console" in page and not Provider.objects.exists()


def test_an_empty_token_keeps_the_one_that_is_kept_and_a_new_one_is_audited(staff, provider):
    chief, url = staff("Chief"), reverse("admin:numbers_provider_change", args=[provider.pk])

    chief.post(url, {"is_active": "on", "token": ""})
    provider.refresh_from_db()
    assert (provider.secret, AuditEntry.objects.filter(action__startswith="numbers").count()) == (
        TOKEN,
        0,
    )

    chief.post(url, {"is_active": "on", "token": "another-token"})
    provider.refresh_from_db()
    entry = AuditEntry.objects.get(action="numbers.provider.change")
    assert (provider.secret, entry.details["after"]["its secret"]) == ("another-token", "(changed)")


def test_twilios_token_is_not_renewed_here(staff, provider):
    url = reverse("admin:numbers_provider_secret", args=[provider.pk])

    assert staff("Chief").post(url).status_code == 403
    provider.refresh_from_db()
    assert provider.secret == TOKEN
