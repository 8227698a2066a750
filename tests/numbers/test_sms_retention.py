"""Texts and codes go after so many days; that a message came, and for whom, stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry, OutboxMessage
from botrunner.number_notices import tell_sms
from numbers.exports import export_member
from numbers.jobs import purge_sms
from numbers.models import InboundSms, NumbersSettings
from numbers.services import SmsArrival, purge_texts, receive_sms, resend_sms
from tests.factories.numbers import make_lease, make_provider

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEPT = timedelta(days=30)
TICK = timedelta(microseconds=1)


@pytest.fixture
def lease():
    return make_lease(now=START)


@pytest.fixture
def sms(lease):
    return arrive(make_provider(), lease)


def arrive(provider, lease, *, message_id="m1", at=START):
    arrival = SmsArrival(
        message_id=message_id,
        to_e164=lease.number.e164,
        sender="Example",
        text="Your code is 482913",
        received_at=at,
    )
    return receive_sms(provider, arrival, now=at)


def words_of(sms):
    sms.refresh_from_db()
    return (sms.text, sms.code)


def test_a_text_is_whole_until_its_days_are_over(sms):
    assert purge_sms(START + KEPT) == 0
    assert words_of(sms) == ("Your code is 482913", "482913")

    assert purge_sms(START + KEPT + TICK) == 1
    assert words_of(sms) == ("", "")
    assert (sms.sender, sms.lease_id is not None) == ("Example", True)


def test_the_owner_says_for_how_long(sms):
    NumbersSettings.objects.create(sms_kept_days=2)

    assert purge_sms(START + timedelta(days=2)) == 0
    assert purge_sms(START + timedelta(days=2) + TICK) == 1


def test_a_second_run_finds_nothing_and_a_clock_set_back_gives_nothing_back(sms):
    later = START + KEPT + TICK

    assert [purge_sms(later), purge_sms(later), purge_sms(START)] == [1, 0, 0]
    assert words_of(sms) == ("", "")


def test_the_oldest_go_first_and_the_job_goes_on_to_the_end(lease):
    provider = make_provider()
    rows = [
        arrive(provider, lease, message_id=f"m{n}", at=START + timedelta(seconds=n))
        for n in (2, 0, 1)
    ]
    later = START + KEPT + timedelta(minutes=1)

    assert purge_texts(later, limit=2) == 2
    assert [words_of(sms)[1] for sms in rows] == ["482913", "", ""]
    assert purge_sms(later) == 1


def test_after_that_the_same_id_is_still_a_repeat(lease, sms):
    purge_sms(START + KEPT + TICK)

    assert arrive(sms.provider, lease) is None
    assert InboundSms.objects.count() == 1


def test_nothing_of_it_is_sent_or_exported_any_more(lease, sms):
    told = OutboxMessage.objects.get(kind="sms.received")
    assert tell_sms(told) is not None
    assert len(export_member(lease.member_id)["messages"]) == 1

    purge_sms(START + KEPT + TICK)

    again = {"member_id": lease.member_id, "lease_id": lease.pk, "key": "k", "now": START + KEPT}
    assert resend_sms(**again) == 0
    assert tell_sms(told) is None
    assert export_member(lease.member_id)["messages"] == []


def test_the_database_keeps_no_words_of_a_purged_row(sms):
    with pytest.raises(IntegrityError), transaction.atomic():
        InboundSms.objects.update(purged_at=START)


def test_the_page_says_that_the_text_is_gone_and_keeps_no_look_at_it(staff, sms):
    purge_sms(START + KEPT + TICK)
    url = reverse("admin:numbers_inboundsms_change", args=[sms.pk])

    page = staff("Chief").get(url).content.decode()

    assert "Text deleted" in page and "482913" not in page
    assert not AuditEntry.objects.filter(action="numbers.view_code").exists()
