"""Lists of SMS: asked when due, by one process; each message once; trouble told once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.services import COMMAND
from numbers.models import InboundSms, Provider, RawEvent
from numbers.services import claim_polls, polling, purge_events, release_lease, save_upkeep
from project.incidents import list_open
from project.models import Incident
from tests.concurrency import PATIENCE_SECONDS, run_together
from tests.factories.numbers import make_lease, make_pool, minutes
from tests.numbers.polls import make_polling, poll, row_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def seconds(value):
    return timedelta(seconds=value)


@pytest.fixture
def lease():
    return make_lease(now=START - minutes(1))


def told():
    return OutboxMessage.objects.filter(kind="sms.received").count()


def test_a_row_goes_to_the_holder_once_however_often_it_is_listed(lease):
    make_polling()
    row = row_of(lease, START)

    for second in range(0, 60, 5):
        poll([row], now=START + seconds(second))

    sms = InboundSms.objects.get()
    assert (sms.lease_id, sms.code, sms.received_at, told()) == (lease.pk, "482913", START, 1)
    assert RawEvent.objects.get().sms == sms


def test_the_same_text_under_two_ids_is_delivered_twice(lease):
    provider = make_polling(id_field="4")
    row = row_of(lease, START)

    poll([[*row, "a"], [*row, "b"], [*row, "a"]], now=START)

    ids = InboundSms.objects.filter(provider=provider).values_list("provider_message_id", flat=True)
    assert (sorted(ids), told()) == (["a", "b"], 2)


def test_without_ids_rows_that_say_the_same_are_one_message(lease):
    make_polling()
    row = row_of(lease, START)

    poll([row, row, [*row[:3], "another text"]], now=START)

    assert (InboundSms.objects.count(), told()) == (2, 2)


def test_a_row_listed_late_goes_to_the_holder_of_then():
    pool = make_pool(free=1)
    first = make_lease(pool=pool, now=START)
    release_lease(member_id=first.member_id, lease_id=first.pk, now=START + minutes(5))
    later = make_lease(pool=pool, now=START + minutes(70))
    make_polling()

    poll(
        [row_of(first, START + minutes(4)), row_of(later, START + minutes(6), "nobody's")],
        now=START + minutes(71),
    )

    mine, nobodys = InboundSms.objects.order_by("received_at")
    assert (mine.lease_id, nobodys.lease_id, told()) == (first.pk, None, 1)


def test_a_minute_told_without_seconds_includes_the_lease_that_began_in_it():
    lease = make_lease(now=START + seconds(20))
    make_polling()

    poll([[f"{START:%Y-%m-%d %H:%M}", *row_of(lease, START)[1:]]], now=START + seconds(40))

    assert InboundSms.objects.get().lease_id == lease.pk


def test_messages_older_than_texts_are_kept_are_not_taken_up(lease):
    make_polling()
    old = row_of(lease, START - timedelta(days=31))

    poll([old], now=START)

    assert (InboundSms.objects.count(), RawEvent.objects.count()) == (0, 0)


def test_after_the_purge_a_row_that_is_listed_still_is_neither_stored_nor_delivered(lease):
    make_polling()
    row = row_of(lease, START)
    poll([row], now=START)
    purge_events(START + timedelta(days=31))

    poll([row], now=START + timedelta(days=1))

    assert (InboundSms.objects.count(), RawEvent.objects.count(), told()) == (1, 0, 1)


def test_a_fault_of_ours_loses_no_row_that_the_list_drops(lease, monkeypatch):
    from numbers.services import events, handle_due_events

    make_polling()
    with mock.patch.object(events, "receive_sms", side_effect=ValueError("CANARY")):
        poll([row_of(lease, START)], now=START)
    poll([], now=START + seconds(5))
    assert InboundSms.objects.count() == 0

    handle_due_events(now=START + seconds(15), limit=10)

    assert (InboundSms.objects.get().lease_id, told()) == (lease.pk, 1)


# When it is asked


def test_while_a_number_is_held_it_is_asked_at_its_interval(lease):
    make_polling(poll_seconds=5)
    poll([], now=START)

    assert claim_polls(now=START + seconds(4.9)) == []
    assert len(claim_polls(now=START + seconds(5))) == 1


def test_while_none_is_held_it_is_asked_once_a_minute_and_at_once_when_one_is():
    make_polling(poll_seconds=5)
    poll([], now=START)
    assert claim_polls(now=START + seconds(59)) == []

    lease = make_lease(now=START + seconds(20))
    assert poll([], now=START + seconds(20)) == 0
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=START + seconds(21))

    assert claim_polls(now=START + seconds(79)) == []
    assert len(claim_polls(now=START + seconds(80))) == 1


def test_whoever_is_killed_while_he_asks_leaves_it_to_others(lease):
    make_polling()
    assert len(claim_polls(now=START)) == 1

    assert claim_polls(now=START + seconds(19)) == []
    assert len(claim_polls(now=START + seconds(20))) == 1


def test_our_clock_set_back_stops_nothing(lease):
    make_polling()
    poll([], now=START + timedelta(days=1))

    assert len(claim_polls(now=START)) == 1


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"url": ""}, {"kind": "generic"}], ids=["off", "bare", "kind"]
)
def test_what_is_switched_off_or_not_set_up_is_not_asked(lease, change):
    make_polling(**change)

    assert claim_polls(now=START) == []


def test_what_staff_change_is_tried_at_once(lease):
    provider = make_polling()
    for _ in range(5):
        poll([], now=timezone.now() + timedelta(days=1), failure="cannot be reached")
        Provider.objects.update(poll_due_at=timezone.now())
    provider.refresh_from_db()
    provider.url = "https://other.example/"

    save_upkeep(provider, actor=COMMAND)

    assert (len(claim_polls(now=START)), provider.poll_failures) == (1, 0)


# How it does


def test_each_failure_waits_longer_up_to_five_minutes(lease):
    make_polling(poll_seconds=5)
    now, waits = START, []
    for _ in range(9):
        poll([], now=now, failure="cannot be reached")
        due_at = Provider.objects.get().poll_due_at
        waits.append((due_at - now).total_seconds())
        now = due_at

    for wait, plain in zip(waits, [10, 20, 40, 80, 160, 300, 300, 300, 300], strict=True):
        assert plain * 0.8 <= wait <= plain * 1.2
    poll([], now=now)
    provider = Provider.objects.get()
    assert (provider.poll_failures, provider.poll_due_at) == (0, now + seconds(5))


def test_down_and_back_is_told_once_each(lease):
    make_polling()
    now = START
    for attempt in range(8):
        poll([], now=now, failure="cannot be reached")
        assert Incident.objects.count() == (attempt >= 2)
        now = Provider.objects.get().poll_due_at
    assert Provider.objects.get().is_failing
    [incident] = list_open()
    assert incident.words == "lists: it does not answer as it should: cannot be reached."

    poll([row_of(lease, START)], now=now)

    assert (list_open(), Incident.objects.count()) == ([], 1)
    assert not Provider.objects.get().is_failing
    assert InboundSms.objects.count() == 1


def test_rows_that_are_no_sms_beside_others_are_no_trouble(lease):
    """Many panels end their list with a row of totals."""
    make_polling()

    poll([row_of(lease, START), ["0.00,1,2", 0, 0, 0]], now=START)

    provider = Provider.objects.get()
    assert (provider.is_failing, list_open(), InboundSms.objects.count()) == (False, [], 1)
    assert provider.poll_note == (
        "2 rows, 1 not readable (row 2: our number: not in international form)"
    )


def test_a_wrong_map_is_told_at_once_and_what_is_listed_is_read_when_it_is_right(lease):
    provider = make_polling(number_field="2")
    row = row_of(lease, START, sender="CANARY")
    poll([row], now=START)

    [incident] = list_open()
    assert incident.words == (
        "lists: no row could be read; row 1: our number: not in international form."
    )
    assert RawEvent.objects.count() == 0

    provider.number_field = "1"
    save_upkeep(provider, actor=COMMAND)
    poll([row], now=START + seconds(5))
    assert (list_open(), InboundSms.objects.get().lease_id) == ([], lease.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_processes_one_asks():
    make_polling()
    now = timezone.now()

    claimed = run_together(*[partial(claim_polls, now=now)] * 12)

    assert sorted(map(len, claimed)) == [0] * 11 + [1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_several_would(monkeypatch):
    """The control: the race is there, and the condition of the claim is what holds it."""
    make_polling()
    now = timezone.now()

    both = Barrier(2)

    def claim(provider, now):
        both.wait(PATIENCE_SECONDS)
        return bool(Provider.objects.filter(pk=provider.pk).update(polled_at=now))

    monkeypatch.setattr(polling, "_claim", claim)

    claimed = run_together(*[partial(claim_polls, now=now)] * 2)

    assert list(map(len, claimed)) == [1, 1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_answers_taken_at_once_deliver_each_row_once():
    now = timezone.now()
    lease = make_lease(now=now - minutes(1))
    provider = make_polling()
    rows = [row_of(lease, now, f"code {number}") for number in range(100_000, 100_010)]
    result = polling.PollResult(provider, now, rows)

    run_together(*[partial(polling.take_poll, result, now=now)] * 4)

    lease.refresh_from_db()
    assert (InboundSms.objects.count(), told(), lease.sms_count) == (10, 10, 10)
