from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.services import COMMAND, delete_member
from numbers.jobs import end_expired_leases
from numbers.models import InboundSms, Number
from numbers.services import SmsArrival, receive_sms
from points.models import Wallet
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
