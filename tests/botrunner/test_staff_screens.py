import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Chat
from accounts.services import new_link_code, web_actor
from tests.factories import make_member
from tests.factories.staff import make_staff_member, make_staff_user
from tests.phone import Phone

pytestmark = pytest.mark.django_db


def code_of(user) -> str:
    return new_link_code(user=user, requested_by=user, actor=web_actor(user), now=timezone.now())


def test_a_code_links_and_opens_the_staff_section():
    user, phone = make_staff_user("Senior"), Phone(make_member())

    text = phone.say(f"/link {code_of(user)}")

    assert user.username in text
    assert phone.member.staff_user == user
    assert "/enable" in phone.press("Staff")


@pytest.mark.parametrize(("group", "is_told"), [("Junior", False), ("Senior", True)])
def test_who_may_publish_is_told_how(group, is_told):
    phone = Phone(make_staff_member(group))
    phone.say("/start")

    assert ("To publish a video, send it to me here" in phone.press("Staff")) == is_told


def test_a_wrong_code_is_answered_and_counted():
    phone = Phone(make_member())
    for _ in range(5):
        assert "wrong, used or too old" in phone.say("/link NONSENSE")

    assert "Too many wrong codes" in phone.say(f"/link {code_of(make_staff_user())}")
    assert phone.member.staff_user is None


def test_a_code_is_not_taken_in_a_group():
    user, phone = make_staff_user(), Phone(make_member())

    phone.in_group().say(f"/link {code_of(user)}")

    assert phone.member.staff_user is None


def test_the_link_can_be_cut():
    phone = Phone(make_staff_member("Junior"))
    phone.say("/link")

    text = phone.press("Unlink")

    assert "no staff account" in text
    assert phone.member.staff_user is None


def test_the_staff_section_is_closed_to_members():
    staff = Phone(make_staff_member("Senior"))
    staff.say("/start")
    data = staff.data_of("Staff")
    staff.say("/link")
    staff.press("Unlink")

    assert "no staff account" in staff.press_data(data)


def test_a_user_who_was_switched_off_has_no_rights():
    member = make_staff_member("Senior")
    member.staff_user.is_active = False
    member.staff_user.save()
    phone = Phone(member)

    phone.in_group().say("/enable")

    assert not Chat.objects.get().is_enabled


def test_senior_staff_switch_a_group_on_and_off():
    group = Phone(make_staff_member("Senior")).in_group()

    assert "switched on" in group.say("/enable")
    assert Chat.objects.get().is_enabled

    assert "switched off" in group.say("/disable")
    assert not Chat.objects.get().is_enabled
    assert AuditEntry.objects.filter(action__startswith="chat.").count() == 2


def test_switching_a_group_on_twice_is_recorded_once():
    group = Phone(make_staff_member("Senior")).in_group()

    group.say("/enable")
    group.say("/enable")

    assert AuditEntry.objects.filter(action="chat.enable").count() == 1


def test_others_switch_no_group_on():
    group = Phone(make_member()).in_group()

    assert group.say("/enable") == ""
    assert not Chat.objects.get().is_enabled


def test_the_switch_is_for_groups():
    assert "in the group" in Phone(make_staff_member("Senior")).say("/enable")
