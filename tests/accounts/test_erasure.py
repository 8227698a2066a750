import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from accounts.errors import MemberGone
from accounts.models import AuditEntry, LinkAttempt, Member, OutboxMessage, StaffMessage
from accounts.selectors import export_member
from accounts.services import COMMAND, ban, delete_member, link_staff, message_member, unban
from botrunner.models import InboxUpdate, Prompt
from numbers.models import InboundSms
from points.models import Entry, Wallet
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_provider
from tests.factories.staff import make_staff_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PERSON = {
    "telegram_id": 987654321,
    "username": "anna_canary",
    "first_name": "Annacanary",
    "last_name": "Lastcanary",
    "client_language": "fr",
    "language": "ru",
    "timezone": "Asia/Dubai",
}
CANARIES = ("canary", "987654321", "Asia/Dubai")


def make_person(**fields) -> Member:
    member = make_member(points=100, **PERSON, **fields)
    message_member(member_id=member.pk, text="Dear Annacanary", actor=COMMAND, now=NOW)
    link_staff(member_id=member.pk, code="WRONG", now=NOW)
    ban(member_id=member.pk, actor=COMMAND, reason="spam", now=NOW)
    unban(member_id=member.pk, actor=COMMAND, reason="sorry", now=NOW)
    Prompt.objects.create(member=member, route="tz", args=["Annacanary"], expires_at=NOW)
    for update_id, state in ((1, "answered"), (2, "failed")):
        InboxUpdate.objects.create(
            update_id=update_id,
            chat_id=member.telegram_id,
            payload={"text": "I am Annacanary"},
            calls=[{"params": {"chat_id": member.telegram_id}}],
            state=state,
        )
    return member


def erase(member):
    delete_member(member_id=member.pk, actor=COMMAND, now=NOW, reason="asked")


def everything_stored() -> str:
    models = (Member, AuditEntry, OutboxMessage, StaffMessage, LinkAttempt, InboxUpdate, Prompt)
    rows = [list(model.objects.values()) for model in (*models, Entry, Wallet)]
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_nothing_that_says_who_he_was_is_left():
    member = make_person(staff_user=None)
    before = everything_stored()

    erase(member)

    assert all(canary in before for canary in CANARIES)
    assert [canary for canary in CANARIES if canary in everything_stored()] == []


def test_the_ledger_stays_as_it_was():
    member = make_person()
    before = list(Entry.objects.values())

    erase(member)

    assert list(Entry.objects.values()) == before
    assert Wallet.objects.get(pk=member.pk).balance == 100


def test_the_staff_link_goes():
    member = make_person(staff_user=None)
    Member.objects.filter(pk=member.pk).update(staff_user=make_staff_user("Chief"))

    erase(member)

    assert Member.objects.get(pk=member.pk).staff_user is None


def test_an_old_invitation_link_leads_nowhere():
    member = make_person()

    erase(member)

    assert Member.objects.get(pk=member.pk).referral_code != member.referral_code


def test_the_words_of_his_sms_go_and_those_of_others_stay():
    member, other = make_person(), make_member()
    provider = make_provider()
    for number, holder in enumerate((member, other)):
        InboundSms.objects.create(
            provider=provider,
            provider_message_id=str(number),
            to_e164=971500000001,
            sender="Bank",
            text="Your code is 4711",
            code="4711",
            lease=make_lease(member=holder),
            received_at=NOW,
        )

    erase(member)

    kept = list(InboundSms.objects.order_by("pk").values_list("sender", "text", "code"))
    assert kept == [("", "", ""), ("Bank", "Your code is 4711", "4711")]


def test_updates_that_wait_are_left_to_the_inbox():
    member = make_person()
    waiting = InboxUpdate.objects.create(
        update_id=3, chat_id=member.telegram_id, payload={"message": {}}
    )

    erase(member)

    waiting.refresh_from_db()
    assert waiting.payload == {"message": {}}


def test_other_members_keep_their_data():
    other = make_member(first_name="Bob")
    message_member(member_id=other.pk, text="Hello", actor=COMMAND, now=NOW)

    erase(make_person())

    assert Member.objects.get(pk=other.pk).first_name == "Bob"
    assert StaffMessage.objects.filter(member=other).exists()


def test_a_second_deletion_is_refused():
    member = make_person()
    erase(member)

    with pytest.raises(MemberGone):
        erase(member)

    assert AuditEntry.objects.filter(action="member.delete").count() == 1


def test_the_export_holds_every_app_part():
    member = make_person()

    data = export_member(member.pk)

    assert set(data) == {"member", "points", "vip", "stars", "numbers"}
    assert data["member"]["username"] == "anna_canary"
    assert data["member"]["messages_from_staff"][0]["text"] == "Dear Annacanary"
    assert (data["points"]["balance"], len(data["points"]["entries"])) == (100, 1)


def test_the_export_holds_nobody_else():
    other = make_member(first_name="Bobcanary", points=7)

    data = json.dumps(export_member(make_member(points=3).pk), cls=DjangoJSONEncoder)

    assert "Bobcanary" not in data and str(other.telegram_id) not in data


@pytest.mark.postgres
def test_updates_of_the_chat_are_found_by_their_index():
    done = InboxUpdate.objects.filter(chat_id=7, state__in=("answered", "failed"))

    with connection.cursor() as cursor:
        # An empty table is read whole whatever indexes it has.
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "inbox_done_of_chat" in done.explain()
