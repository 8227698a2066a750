import pytest
from django.utils import timezone

from accounts.errors import InvalidMessage, MemberGone
from accounts.models import AuditEntry, OutboxMessage, StaffMessage
from accounts.services import COMMAND, message_member
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def write(member, text):
    return message_member(member_id=member.pk, text=text, actor=COMMAND, now=NOW)


def test_a_message_is_kept_and_queued_without_its_text():
    member = make_member()

    message = write(member, " Hello \r\n you ")

    outbox = OutboxMessage.objects.get(member=member)
    assert StaffMessage.objects.get().text == "Hello \n you"
    assert (outbox.kind, outbox.params) == ("accounts.staff_message", {"message_id": message.pk})


def test_the_record_does_not_hold_the_text():
    write(make_member(), "between us")

    assert "between us" not in str(AuditEntry.objects.values().get())


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "a" * 3501])
def test_an_empty_or_endless_message_is_refused(text):
    with pytest.raises(InvalidMessage):
        write(make_member(), text)

    assert not StaffMessage.objects.exists() and not OutboxMessage.objects.exists()


def test_a_deleted_member_is_not_written_to():
    with pytest.raises(MemberGone):
        write(make_member(anonymised_at=NOW), "Hello")

    assert not StaffMessage.objects.exists()
