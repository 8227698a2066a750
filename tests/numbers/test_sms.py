"""Whose an SMS is: by the moment it was received at, however late we hear of it."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import OutboxMessage
from numbers.models import InboundSms, Number, NumbersSettings
from numbers.services import SmsArrival, change_number, extend_lease, receive_sms, release_lease
from tests.factories.numbers import make_lease, make_pool, make_provider, minutes

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def arrive(provider, lease, at, *, now=None, message_id="m1", text="Your code is 482913"):
    arrival = SmsArrival(
        message_id=message_id,
        to_e164=lease.number.e164,
        sender="Example",
        text=text,
        received_at=at,
    )
    return receive_sms(provider, arrival, now=now or at)


@pytest.mark.parametrize(
    ("offset", "is_his"),
    [
        (timedelta(milliseconds=-1), False),
        (timedelta(minutes=-5), False),
        (timedelta(0), True),
        (timedelta(minutes=7), True),
        (minutes(15) - timedelta(microseconds=1), True),
        (minutes(15), False),
        (minutes(16), False),
    ],
)
def test_an_sms_belongs_to_the_lease_that_covered_its_moment(offset, is_his):
    lease = make_lease(now=START)

    sms = arrive(make_provider(), lease, START + offset, now=START + minutes(30))

    assert (sms.lease_id == lease.pk) is is_his
    assert OutboxMessage.objects.filter(kind="sms.received").exists() is is_his


def test_a_whole_second_includes_the_lease_that_began_in_it():
    lease = make_lease(now=START)

    sms = arrive(make_provider(), lease, START.replace(microsecond=0), now=START)

    assert sms.lease_id == lease.pk


def test_a_second_shared_by_two_holders_is_in_doubt():
    NumbersSettings.objects.create(quarantine_minutes=0)
    pool = make_pool(free=1)
    first = make_lease(pool=pool, now=START)
    release_lease(member_id=first.member_id, lease_id=first.pk, now=START + timedelta(seconds=5))
    make_lease(pool=pool, now=START + timedelta(seconds=5.5))

    sms = arrive(
        make_provider(),
        first,
        START.replace(second=5, microsecond=0),
        now=START + timedelta(seconds=6),
    )

    assert sms.lease_id is None


def test_a_late_sms_goes_to_the_holder_of_then_though_another_holds_the_number_now():
    pool = make_pool(free=1)
    first = make_lease(pool=pool, now=START)
    release_lease(member_id=first.member_id, lease_id=first.pk, now=START + minutes(5))
    later = make_lease(pool=pool, now=START + minutes(70))

    sms = arrive(make_provider(), first, START + minutes(4), now=START + minutes(71))

    assert (sms.lease_id, later.number_id) == (first.pk, first.number_id)
    assert OutboxMessage.objects.get(kind="sms.received").member_id == first.member_id


def test_after_a_release_an_sms_is_nobodys():
    lease = make_lease(now=START)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=START + minutes(5))

    sms = arrive(make_provider(), lease, START + minutes(5), now=START + minutes(6))

    assert sms.lease_id is None


def test_an_extended_lease_covers_its_second_part():
    lease = make_lease(now=START)
    extend_lease(member_id=lease.member_id, lease_id=lease.pk, now=START + minutes(14))

    assert arrive(make_provider(), lease, START + minutes(29)).lease_id == lease.pk


def test_a_changed_number_is_no_longer_his():
    pool = make_pool(free=2)
    old = make_lease(pool=pool, now=START)
    new = change_number(
        member_id=old.member_id, lease_id=old.pk, price=0, key="c", now=START + minutes(1)
    )
    provider = make_provider()

    stray = arrive(provider, old, START + minutes(2))
    right = arrive(provider, new, START + minutes(2), message_id="m2")

    assert (stray.lease_id, right.lease_id) == (None, new.pk)


def test_a_time_in_the_future_proves_nothing():
    lease = make_lease(now=START)
    now = START + minutes(1)

    sms = arrive(make_provider(), lease, now + minutes(3), now=now)

    assert (sms.lease_id, sms.received_at) == (None, now)


def test_a_clock_a_little_ahead_counts_as_now():
    lease = make_lease(now=START)
    now = START + minutes(14)

    sms = arrive(make_provider(), lease, now + minutes(2), now=now)

    assert (sms.lease_id, sms.received_at) == (lease.pk, now)


def test_our_clock_set_back_a_little_costs_nobody_his_code():
    lease = make_lease(now=START)

    sms = arrive(make_provider(), lease, START + minutes(1), now=START - minutes(0.5))

    assert sms.lease_id == lease.pk
    assert OutboxMessage.objects.filter(kind="sms.received").exists()


def test_a_clock_ahead_reaches_no_lease_that_began_after_the_message():
    pool = make_pool(free=1)
    lease = make_lease(pool=pool, now=START)

    sms = arrive(make_provider(), lease, START - minutes(0.2), now=START - minutes(0.5))

    assert sms.lease_id is None


def test_a_day_old_sms_is_kept_but_nobody_is_called():
    lease = make_lease(now=START)

    sms = arrive(make_provider(), lease, START + minutes(1), now=START + timedelta(days=2))

    assert sms.lease_id == lease.pk
    assert not OutboxMessage.objects.filter(kind="sms.received").exists()


def test_a_repeat_is_stored_and_delivered_once():
    lease, provider = make_lease(now=START), make_provider()

    assert arrive(provider, lease, START) is not None
    assert arrive(provider, lease, START) is None
    lease.refresh_from_db()
    assert (InboundSms.objects.count(), lease.sms_count) == (1, 1)
    assert OutboxMessage.objects.filter(kind="sms.received").count() == 1


def test_the_same_text_under_two_ids_is_delivered_twice():
    lease, provider = make_lease(now=START), make_provider()

    first = arrive(provider, lease, START, message_id="m1")
    second = arrive(provider, lease, START, message_id="m2")

    told = OutboxMessage.objects.filter(kind="sms.received", member_id=lease.member_id)
    assert [one.params["sms_id"] for one in told.order_by("pk")] == [first.pk, second.pk]
    lease.refresh_from_db()
    assert lease.sms_count == 2


def test_before_its_start_an_sms_is_its_earlier_holders_or_nobodys():
    pool = make_pool(free=1)
    first = make_lease(pool=pool, now=START)
    release_lease(member_id=first.member_id, lease_id=first.pk, now=START + minutes(5))
    later = make_lease(pool=pool, now=START + minutes(70))
    provider, now = make_provider(), START + minutes(71)

    between = arrive(provider, first, START + minutes(69), now=now, message_id="m1")
    before = arrive(
        provider, first, START + minutes(5) - timedelta(seconds=1), now=now, message_id="m2"
    )
    after = arrive(provider, first, START + minutes(70), now=now, message_id="m3")

    assert [sms.lease_id for sms in (between, before, after)] == [None, first.pk, later.pk]


def test_two_providers_may_use_the_same_id():
    lease = make_lease(now=START)

    arrive(make_provider("one"), lease, START)
    arrive(make_provider("two"), lease, START)

    assert InboundSms.objects.count() == 2


def test_a_late_sms_makes_a_resting_number_used():
    lease = make_lease(now=START)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=START + minutes(5))

    arrive(make_provider(), lease, START + minutes(1), now=START + minutes(6))

    assert Number.objects.get(pk=lease.number_id).state == Number.State.USED


def test_the_outbox_holds_the_id_only():
    lease = make_lease(now=START)

    sms = arrive(make_provider(), lease, START)

    message = OutboxMessage.objects.get(kind="sms.received")
    assert (message.params, message.priority) == (
        {"sms_id": sms.pk},
        OutboxMessage.Priority.CODE,
    )
