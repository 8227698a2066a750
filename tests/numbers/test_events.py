"""Deliveries are kept before they are read: a fault of ours loses none and doubles none."""

import logging
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import AuditEntry, OutboxMessage
from accounts.services import COMMAND, delete_member
from numbers.jobs import purge_sms
from numbers.models import InboundSms, Provider, RawEvent
from numbers.services import events, handle_due_events, retry_event, store_events, try_event
from project.incidents import list_open
from tests.concurrency import run_together
from tests.factories.numbers import make_lease, make_provider
from tests.numbers.webhooks import post, post_body

pytestmark = pytest.mark.django_db
State = RawEvent.State


class Fault:
    """Something of ours breaks, so often."""

    def __init__(self, monkeypatch, times=1, error=None):
        self.left, self.real = times, events.receive_sms
        self.error = error or OperationalError("CANARY disk full")
        monkeypatch.setattr(events, "receive_sms", self.receive)

    def receive(self, *args, **kwargs):
        if self.left:
            self.left -= 1
            raise self.error
        return self.real(*args, **kwargs)


def sweep(now):
    return handle_due_events(now=now, limit=100)


def told():
    return OutboxMessage.objects.filter(kind="sms.received").count()


def test_what_is_delivered_is_kept_as_it_came_with_what_it_became(client):
    post(client, make_provider(), make_lease(), text="Your code is 482913")

    event = RawEvent.objects.get()
    assert (event.state, event.due_at, event.sms) == (State.DONE, None, InboundSms.objects.get())
    assert b'"text": "Your code is 482913"' in bytes(event.body)


def test_a_fault_of_ours_is_no_business_of_the_provider_and_loses_nothing(client, monkeypatch):
    Fault(monkeypatch)
    lease, provider = make_lease(), make_provider()

    assert post(client, provider, lease).status_code == 200
    assert (InboundSms.objects.count(), told()) == (0, 0)
    event = RawEvent.objects.get()
    assert (event.state, event.reason) == (State.WAITING, "OperationalError")

    assert sweep(event.due_at - timedelta(seconds=1)) == 0
    assert sweep(event.due_at) == 1
    assert (InboundSms.objects.get().lease_id, told()) == (lease.pk, 1)
    assert sweep(event.due_at + timedelta(days=1)) == 0


def test_a_provider_that_repeats_it_gets_it_handled_at_once(client, monkeypatch):
    Fault(monkeypatch)
    lease, provider, at = make_lease(), make_provider(), timezone.now().isoformat()

    for _ in range(3):
        assert post(client, provider, lease, received_at=at).status_code == 200

    assert (RawEvent.objects.count(), InboundSms.objects.count(), told()) == (1, 1, 1)


def test_a_process_killed_between_storing_and_handling_leaves_it_to_the_sweep(client):
    """As after kill -9: stored, and nothing else was done."""
    lease, provider = make_lease(), make_provider()
    now = timezone.now()
    body = (
        f'{{"id": "1", "to": "{lease.number.e164}", "from": "x", "text": "code 482913",'
        f' "received_at": "{now.isoformat()}"}}'
    ).encode()
    store_events(provider, {"key": body}, now=now)

    later = now + timedelta(minutes=20)
    assert sweep(later) == 1

    sms = InboundSms.objects.get()
    assert (sms.lease_id, sms.received_at, told()) == (lease.pk, now, 1)


def test_a_time_in_the_future_is_judged_by_when_it_came_and_not_by_when_it_is_handled():
    lease, provider, now = make_lease(), make_provider(), timezone.now()
    ahead = now + timedelta(minutes=5)
    body = (
        f'{{"id": "1", "to": "{lease.number.e164}", "from": "x", "text": "code 482913",'
        f' "received_at": "{ahead.isoformat()}"}}'
    ).encode()
    store_events(provider, {"key": body}, now=now)

    sweep(ahead)

    sms = InboundSms.objects.get()
    assert (sms.lease_id, sms.received_at) == (None, now)


def test_each_attempt_waits_longer_and_the_last_gives_up_and_tells(client, monkeypatch):
    Fault(monkeypatch, times=100)
    provider = make_provider()
    post(client, provider)
    event = RawEvent.objects.get()
    waits, now = [], event.came_at

    while event.state == State.WAITING:
        waits.append((event.due_at - now).total_seconds())
        now = event.due_at
        sweep(now)
        event.refresh_from_db()

    assert waits == [15, 60, 300, 1_200, 3_600, 14_400, 43_200]
    assert (event.state, event.due_at, event.reason) == (State.GIVEN_UP, None, "OperationalError")
    [incident] = list_open()
    assert "could not be handled (OperationalError)" in incident.words
    assert (incident.permission, "CANARY" in incident.words) == ("numbers.change_provider", False)


def test_one_fault_is_no_alarm_and_two_in_a_row_are_one(client, monkeypatch):
    Fault(monkeypatch, times=3)
    post(client, make_provider())
    event = RawEvent.objects.get()
    assert list_open() == []

    for _ in range(2):
        event.refresh_from_db()
        sweep(event.due_at)
    assert len(list_open()) == 1

    event.refresh_from_db()
    sweep(event.due_at)
    assert (list_open(), InboundSms.objects.count()) == ([], 1)


def test_a_delivery_that_kills_each_process_is_given_up():
    """Its attempts are counted before they are made."""
    provider, now = make_provider(), timezone.now()
    store_events(provider, {"key": b"{}"}, now=now)
    event = RawEvent.objects.get()

    for _ in range(20):
        if event.state != State.WAITING:
            break
        events._claim(event.due_at, 100)
        event.refresh_from_db()

    assert (event.state, event.reason, event.attempts) == (State.GIVEN_UP, events.STOPPED, 8)


def test_what_could_not_be_read_is_read_once_more_when_staff_say_so(client):
    provider = make_provider()
    post(client, provider, to="abc")
    event = RawEvent.objects.get()
    body = bytes(event.body).replace(b'"abc"', b'"+971501112233"')
    RawEvent.objects.update(body=body)

    retry_event(event_id=event.pk, actor=COMMAND, now=timezone.now())
    done = try_event(event.pk, now=timezone.now())

    assert done is not None and done.state == State.DONE
    assert InboundSms.objects.get().to_e164 == 971501112233
    assert AuditEntry.objects.filter(action="numbers.event.retry").count() == 1


def test_what_is_handled_is_not_handled_again(client):
    post(client, make_provider(), make_lease())
    event = RawEvent.objects.get()

    retry_event(event_id=event.pk, actor=COMMAND, now=timezone.now())

    event.refresh_from_db()
    assert (event.state, AuditEntry.objects.filter(action="numbers.event.retry").exists()) == (
        State.DONE,
        False,
    )


def test_the_same_message_in_another_body_is_one_and_its_second_copy_is_not_kept(client):
    lease, provider = make_lease(), make_provider()

    post(client, provider, lease, text="code 482913")
    post(client, provider, lease, text="code 482913 again")

    first, second = RawEvent.objects.order_by("pk")
    assert (InboundSms.objects.count(), told()) == (1, 1)
    assert (first.purged_at, bytes(second.body), second.purged_at is None) == (None, b"", False)


def test_two_providers_may_deliver_the_same_body(client):
    at = timezone.now().isoformat()
    for slug in ("one", "two"):
        assert post(client, make_provider(slug), received_at=at).status_code == 200

    assert (RawEvent.objects.count(), InboundSms.objects.count()) == (2, 2)


def test_bodies_go_with_the_texts(client):
    provider = make_provider()
    post(client, provider, make_lease())
    post_body(client, provider, b"not readable")
    later = timezone.now() + timedelta(days=30)

    purge_sms(later - timedelta(minutes=1))
    assert RawEvent.objects.count() == 2

    purge_sms(later + timedelta(minutes=1))
    assert (RawEvent.objects.count(), InboundSms.objects.get().text) == (0, "")


def test_after_the_purge_a_repeat_is_neither_delivered_nor_kept(client):
    lease, provider = make_lease(), make_provider()
    at = timezone.now().isoformat()
    post(client, provider, lease, received_at=at)
    purge_sms(timezone.now() + timedelta(days=31))

    post(client, provider, lease, received_at=at)

    assert (told(), InboundSms.objects.count(), bytes(RawEvent.objects.get().body)) == (1, 1, b"")


def test_bodies_go_with_the_member(client):
    lease = make_lease()
    post(client, make_provider(), lease)

    delete_member(member_id=lease.member_id, actor=COMMAND, now=timezone.now(), reason="asked")

    event = RawEvent.objects.get()
    assert (bytes(event.body), event.purged_at is None) == (b"", False)


def test_a_late_one_for_a_deleted_member_leaves_no_body(client):
    lease = make_lease(now=timezone.now() - timedelta(minutes=1))
    delete_member(member_id=lease.member_id, actor=COMMAND, now=timezone.now(), reason="asked")

    post(client, make_provider(), lease, received_at=lease.started_at.isoformat())

    assert (InboundSms.objects.get().lease_id, bytes(RawEvent.objects.get().body)) == (
        lease.pk,
        b"",
    )


def test_no_words_reach_log_reason_or_incident(client, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    Fault(monkeypatch, times=100, error=ValueError("CANARY 482913"))
    provider = make_provider()
    post(client, provider, text="CANARY 482913")
    post(client, provider, id="2", to="CANARY 482913")

    for minute in range(1, 30):
        sweep(timezone.now() + timedelta(minutes=minute))

    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    kept = [*lines, *RawEvent.objects.values_list("reason", flat=True)]
    kept += [incident.words for incident in list_open()]
    kept += Provider.objects.values_list("failure", flat=True)
    assert not [line for line in kept if "CANARY" in line or "482913" in line]
    assert list_open()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_request_and_sweeps_at_once_handle_it_once():
    lease, provider, now = make_lease(), make_provider(), timezone.now()
    body = (
        f'{{"id": "1", "to": "{lease.number.e164}", "from": "x", "text": "code 482913",'
        f' "received_at": "{now.isoformat()}"}}'
    ).encode()

    def deliver():
        [event_id] = store_events(provider, {"key": body}, now=now)
        return try_event(event_id, now=now)

    sweeping = partial(sweep, now + timedelta(minutes=1))
    results = run_together(*[deliver] * 6, *[sweeping] * 3)

    assert not [result for result in results if isinstance(result, Exception)]
    sweep(now + timedelta(minutes=30))
    lease.refresh_from_db()
    assert (InboundSms.objects.count(), told(), lease.sms_count) == (1, 1, 1)
    assert RawEvent.objects.get().state == State.DONE
