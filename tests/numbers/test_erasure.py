"""What is left of numbers and SMS of a member who had his data deleted."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.services import COMMAND, delete_member
from numbers.jobs import end_expired_leases
from numbers.models import InboundSms, Number
from numbers.services import SmsArrival, receive_sms
from points.models import Wallet
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def lease():
    """A lease of a member who has deleted his data since."""
    now = timezone.now() - timedelta(minutes=1)
    member = make_member(points=5)
    lease = make_lease(pool=make_pool(free=1, price=5), member=member, now=now)
    delete_member(member_id=member.pk, actor=COMMAND, now=timezone.now(), reason="asked")
    return lease


def test_the_number_of_a_deleted_member_is_given_back(lease):
    lease.refresh_from_db()

    assert lease.ended_at is not None
    assert Number.objects.get().state == Number.State.RESTING


def test_what_comes_to_it_later_is_nobodys(lease):
    now = timezone.now() + timedelta(minutes=1)
    arrival = SmsArrival(
        message_id="1",
        to_e164=lease.number.e164,
        sender="Bank",
        text="code 482913",
        received_at=now,
    )

    receive_sms(make_provider(), arrival, now=now)

    assert InboundSms.objects.get().lease is None


def test_what_he_paid_comes_back_when_the_lease_would_have_ended(lease):
    end_expired_leases(lease.expires_at)

    assert Wallet.objects.get(pk=lease.member_id).balance == 5


def test_a_late_sms_for_one_who_is_gone_keeps_no_words(lease):
    """It came while he held the number, and we heard of it after his data was deleted."""
    came_at = lease.started_at + timedelta(seconds=1)
    arrival = SmsArrival(
        message_id="1",
        to_e164=lease.number.e164,
        sender="Bank",
        text="code 482913",
        received_at=came_at,
    )

    receive_sms(make_provider(), arrival, now=timezone.now())

    sms = InboundSms.objects.get()
    assert (sms.lease_id, sms.purged_at is not None) == (lease.pk, True)
    assert (sms.sender, sms.text, sms.code) == ("", "", "")
    assert not OutboxMessage.objects.filter(kind="sms.received").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_sms_that_comes_while_his_data_is_deleted_keeps_no_words():
    now = timezone.now()
    lease = make_lease(now=now - timedelta(minutes=1))
    provider = make_provider()

    def arrive(number):
        arrival = SmsArrival(
            message_id=str(number),
            to_e164=lease.number.e164,
            sender="Bank",
            text="code 482913",
            received_at=now - timedelta(seconds=30),
        )
        return receive_sms(provider, arrival, now=now)

    calls = [partial(arrive, number) for number in range(8)]
    gone = partial(delete_member, member_id=lease.member_id, actor=COMMAND, now=now, reason="asked")
    results = run_together(*calls[:4], gone, *calls[4:])

    assert not [result for result in results if isinstance(result, Exception)]
    assert set(InboundSms.objects.values_list("text", "code", "sender")) == {("", "", "")}
