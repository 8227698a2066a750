"""The webhook of signed JSON: what is signed right is stored, and nothing else."""

import logging

import pytest
from django.test import Client

from accounts.models import OutboxMessage
from numbers.models import InboundSms, RawEvent
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_provider
from tests.numbers.webhooks import post, post_body

pytestmark = pytest.mark.django_db


def test_a_signed_sms_is_stored_and_queued(client):
    lease = make_lease()

    response = post(client, make_provider(), lease)

    assert (response.status_code, InboundSms.objects.get().lease_id) == (200, lease.pk)
    assert InboundSms.objects.get().code == "482913"


def test_the_same_sms_twice_is_delivered_once(client):
    lease, provider = make_lease(), make_provider()

    statuses = [post(client, provider, lease).status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert OutboxMessage.objects.filter(kind="sms.received").count() == 1


def test_a_wrong_signature_is_refused_and_nothing_stored(client):
    response = post(client, make_provider(), make_lease(), sign_with="guess")

    assert (response.status_code, InboundSms.objects.count()) == (403, 0)
    assert not RawEvent.objects.exists()


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=é", "md5=abc"])
def test_an_absent_signature_is_refused(client, signature):
    provider = make_provider()
    headers = {} if signature is None else {"X-Signature": signature}

    response = client.post(
        f"/sms/generic/{provider.slug}/", b"{}", content_type="application/json", headers=headers
    )

    assert (response.status_code, InboundSms.objects.count()) == (403, 0)


def test_an_unknown_provider_looks_like_a_wrong_signature(client):
    provider = make_provider()

    known = post(client, provider, sign_with="guess")
    unknown = post(client, provider, slug="nobody")

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_a_provider_that_is_switched_off_is_refused(client):
    provider = make_provider()
    provider.is_active = False
    provider.save()

    assert post(client, provider).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ...},
        {"id": ""},
        {"id": "x" * 121},
        {"id": True},
        {"to": "abc"},
        {"to": "+1"},
        {"to": "9" * 30},
        {"to": None},
        {"text": ...},
        {"text": 5},
        {"from": ["x"]},
        {"received_at": "yesterday"},
        {"received_at": "2026-05-01T12:00:00"},
        {"received_at": "2026-13-01T12:00:00Z"},
        {"received_at": "0001-01-01T00:00:00+14:00"},
        {"received_at": 1},
    ],
)
def test_a_body_we_did_not_agree_on_is_kept_and_not_asked_for_again(client, changes):
    response = post(client, make_provider(), **changes)

    assert (response.status_code, InboundSms.objects.count()) == (202, 0)
    event = RawEvent.objects.get()
    assert (event.state, event.due_at) == ("unreadable", None)
    assert event.reason in (*changes, "form: not JSON")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 60_000])
def test_a_body_that_is_no_object_is_kept_as_it_came(client, body):
    response = post_body(client, make_provider(), body)

    assert response.status_code == 202
    event = RawEvent.objects.get()
    assert (bytes(event.body), event.state) == (body, "unreadable")
    assert event.reason.startswith("form: ")


def test_a_body_over_64_kb_is_refused_before_it_is_read_to_the_end(client):
    assert post(client, make_provider(), text="x" * 70_000).status_code == 413


def test_only_post_is_answered(client):
    make_provider()

    assert client.get("/sms/generic/acme/").status_code == 405


def test_no_csrf_token_is_asked_for():
    assert post(Client(enforce_csrf_checks=True), make_provider()).status_code == 200


def test_a_hostile_text_is_stored_as_it_came_without_nul(client):
    lease = make_lease()

    post(client, make_provider(), lease, text="<b>{{ x }}</b>\x00\u202e 482913", **{"from": "<i>"})

    assert InboundSms.objects.get().text == "<b>{{ x }}</b>\u202e 482913"


def test_no_code_and_no_text_reach_the_log(client, caplog):
    caplog.set_level(logging.DEBUG)
    lease, provider = make_lease(member=make_member()), make_provider()

    post(client, provider, lease, text="CANARY code 482913")
    post(client, provider, lease, text="CANARY code 482913", received_at="bad")
    post(client, provider, lease, text="CANARY code 482913", sign_with="x")

    lines = [r for r in caplog.records if not r.name.startswith("django.db")]
    assert not [r for r in lines if "CANARY" in r.getMessage() or "482913" in r.getMessage()]
    assert caplog.records
