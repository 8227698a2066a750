import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from accounts.services import COMMAND, ban, freeze, message_member, unban, unfreeze
from botrunner.outbox import make_call
from points.services import reward_referral
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def act(service, member):
    service(member_id=member.pk, actor=COMMAND, reason="because", now=NOW)


def words_of(kind: str) -> str:
    message = OutboxMessage.objects.select_related("member").get(kind=kind)
    call = make_call(message)
    return call["params"]["text"] if call else ""


def test_a_staff_message_is_escaped_and_headed():
    member = make_member()
    message_member(member_id=member.pk, text="<b>Hi</b> & bye", actor=COMMAND, now=NOW)

    text = words_of("accounts.staff_message")

    assert "people who run this community" in text
    assert "&lt;b&gt;Hi&lt;/b&gt; &amp; bye" in text


def test_a_freeze_is_told_without_its_reason():
    act(freeze, make_member())

    text = words_of("accounts.frozen")

    assert "frozen" in text and "because" not in text


def test_a_freeze_that_is_over_is_not_told_any_more():
    member = make_member()
    act(freeze, member)
    act(unfreeze, member)

    assert words_of("accounts.frozen") == ""
    assert "no longer frozen" in words_of("accounts.unfrozen")


def test_a_restored_access_is_told_unless_the_ban_is_back():
    member = make_member(banned_at=NOW)
    act(unban, member)
    assert "restored" in words_of("accounts.unbanned")

    act(ban, member)
    assert words_of("accounts.unbanned") == ""


@pytest.mark.parametrize(("notify", "is_told"), [(True, True), (False, False)])
def test_an_invitation_that_was_followed_is_told_if_wanted(notify, is_told):
    inviter = make_member(notify_points=notify)
    invited = make_member(first_name="\u202e<b>New")
    reward_referral(inviter_id=inviter.pk, invited_id=invited.pk, now=NOW)

    text = words_of("points.referral")

    assert ("\u2068&lt;b&gt;New\u2069" in text) is is_told


def test_a_deleted_newcomer_is_told_of_by_number():
    inviter, invited = make_member(), make_member()
    reward_referral(inviter_id=inviter.pk, invited_id=invited.pk, now=NOW)
    Member.objects.filter(pk=invited.pk).update(first_name="")

    assert f"Member {invited.pk}" in words_of("points.referral")
