"""Messages of senders on the block list reach no member; staff keep them, and he is told."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, OutboxMessage
from accounts.services import COMMAND
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from numbers.exports import export_member
from numbers.models import BlockedSender, InboundSms, Number
from numbers.services import SmsArrival, block_sender, receive_sms, release_lease, resend_sms
from points.models import Wallet
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, make_provider, minutes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LIST, ADD = "admin:numbers_blockedsender_changelist", "admin:numbers_blockedsender_add"


def block(name, **fields):
    block_sender(BlockedSender(name=name, **fields), actor=COMMAND)


def send(lease, sender, message_id="m"):
    arrival = SmsArrival(
        message_id=message_id,
        to_e164=lease.number.e164,
        sender=sender,
        text="Your code is 482913",
        received_at=NOW + minutes(1),
    )
    return receive_sms(make_provider(f"p{message_id}"), arrival, now=NOW + minutes(1))


@pytest.fixture
def lease():
    member = make_member(points=20)
    return make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)


def tell(kind, language="en"):
    message = OutboxMessage.objects.select_related("member").get(kind=kind)
    message.member.language = language
    with speaking_to(message.member):
        return NOTICES[kind](message)


@pytest.mark.parametrize(
    ("blocked", "is_prefix", "sender", "is_kept_back"),
    [
        ("Example Bank", False, "Example Bank", True),
        ("Example Bank", False, "  EXAMPLE  bank ", True),
        ("STRASSE", False, "Straße", True),
        ("Ｅｘａｍｐｌｅ", False, "Example", True),
        ("ΟΔΟΣ", False, "οδος", True),
        ("Example", False, "Example Bank", False),
        ("Example Bank", False, "Example", False),
        ("Example", True, "Example Bank", True),
        ("Example", True, "EXAMPLE", True),
        ("Example", True, "My Example", False),
        ("Example", True, "", False),
        ("%", True, "Example", False),
    ],
)
def test_a_name_is_compared_without_case_whole_or_from_its_beginning(
    lease, blocked, is_prefix, sender, is_kept_back
):
    block(blocked, is_prefix=is_prefix)

    assert send(lease, sender).is_blocked is is_kept_back


def test_a_withheld_message_is_stored_and_no_word_of_it_is_told(lease):
    block("Example")

    sms = send(lease, "Example")

    lease.refresh_from_db()
    text = tell("sms.withheld").text
    assert (sms.lease_id, sms.text, lease.sms_count) == (lease.pk, "Your code is 482913", 0)
    assert "482913" not in text and "Example" in text and "points back" in text
    assert not OutboxMessage.objects.filter(kind="sms.received").exists()


def test_it_is_neither_sent_again_nor_in_the_copy_of_his_data(lease):
    block("Example")
    send(lease, "Example")
    terms = {"member_id": lease.member_id, "lease_id": lease.pk, "now": NOW + minutes(2)}

    assert resend_sms(**terms, key="again") == 0
    assert export_member(lease.member_id)["messages"] == []


def test_a_lease_with_withheld_messages_only_is_refunded_and_its_number_rests(lease):
    block("Example")
    send(lease, "Example")

    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW + minutes(2))

    assert Wallet.objects.get(pk=lease.member_id).balance == 20
    assert Number.objects.get().state == Number.State.RESTING


def test_a_block_that_comes_later_withholds_nothing_that_was_on_its_way(lease):
    send(lease, "Example")

    block("Example")

    assert "482913" in tell("sms.received").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "not passed on"),
        ("fr", "pas été transmis"),
        ("ru", "не передано"),
        ("ar", "لم تُنقل"),
    ],
)
def test_it_is_told_in_the_members_language_with_the_name_escaped(lease, language, words):
    block("<b>", is_prefix=True)
    send(lease, "<b>\u202eBank")

    text = tell("sms.withheld", language).text

    assert words in text and "&lt;b&gt;" in text and "\u202e" not in text


# The dashboard


def test_a_chief_blocks_and_unblocks_and_each_is_audited(staff):
    client = staff("Chief")

    client.post(reverse(ADD), {"name": "Example Bank", "reason": "abuse"})
    row = BlockedSender.objects.get()
    client.post(reverse("admin:numbers_blockedsender_delete", args=[row.pk]), {"post": "yes"})

    assert row.folded == "example bank"
    assert not BlockedSender.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="numbers.blocked_sender")
    assert list(actions.order_by("pk").values_list("action", "reason")) == [
        ("numbers.blocked_sender.add", "abuse"),
        ("numbers.blocked_sender.delete", ""),
    ]


@pytest.mark.parametrize("name", ["EXAMPLE  bank", "   ", "ﷺ" * 80])
def test_a_name_that_is_there_or_none_is_refused_in_words(staff, name):
    block("Example Bank")

    page = staff("Chief").post(reverse(ADD), {"name": name})

    assert page.status_code == 200 and "errorlist" in page.content.decode()
    assert BlockedSender.objects.count() == 1


def test_a_senior_sees_the_list_and_changes_nothing(staff):
    block("Example Bank")
    client = staff("Senior")

    page = client.get(reverse(LIST), {"q": "EXAMPLE"}).content.decode()

    assert "Example Bank" in page
    assert client.get(reverse(ADD)).status_code == 403


def test_staff_see_that_the_sender_is_blocked(staff, lease):
    block("Example")
    send(lease, "Example", "a")
    send(lease, "Other", "b")

    url = reverse("admin:numbers_inboundsms_changelist")
    page = staff("Chief").get(url, {"is_blocked__exact": "1"})

    assert page.context["cl"].result_count == 1
    assert "Blocked" in page.content.decode()
    assert InboundSms.objects.count() == 2
