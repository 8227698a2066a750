from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.errors import MemberGone, NotLinked, NotOwnLinkCode, TooManyLinkAttempts
from accounts.models import AuditEntry, Member, StaffLinkCode
from accounts.services import link_staff, new_link_code, unlink_staff, web_actor
from accounts.services.staff_link import ATTEMPTS_MAX
from tests.factories import make_member
from tests.factories.staff import make_staff_member, make_staff_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def new_code(user: User, now=NOW) -> str:
    return new_link_code(user=user, requested_by=user, actor=web_actor(user), now=now)


def link(member, code, now=NOW):
    return link_staff(member_id=member.pk, code=code, now=now)


def linked_user(member):
    return Member.objects.get(pk=member.pk).staff_user


def test_a_code_links_the_member_to_its_user():
    user, member = make_staff_user("Senior"), make_member()

    found = link(member, new_code(user))

    assert (found, linked_user(member)) == (user, user)
    assert AuditEntry.objects.filter(action="staff.link", member_id=member.pk).count() == 1


def test_a_code_may_be_typed_in_small_letters_with_spaces():
    user, member = make_staff_user(), make_member()
    code = new_code(user)

    assert link(member, f" {code[:5].lower()} {code[5:]} ") == user


def test_only_the_hash_of_a_code_is_kept():
    code = new_code(make_staff_user())

    row = StaffLinkCode.objects.values().get()
    details = list(AuditEntry.objects.values_list("target", "details", "reason"))
    assert code not in str(row) + str(details)


def test_codes_are_long_and_differ():
    user = make_staff_user()

    codes = {new_code(user) for _ in range(20)}

    assert len(codes) == 20
    assert {len(code) for code in codes} == {10}


def test_a_new_code_ends_the_one_before():
    user, member = make_staff_user(), make_member()
    first = new_code(user)
    new_code(user)

    assert link(member, first) is None


def test_a_code_works_once():
    user, member, other = make_staff_user(), make_member(), make_member()
    code = new_code(user)
    link(member, code)

    assert link(other, code) is None
    assert (linked_user(member), linked_user(other)) == (user, None)


@pytest.mark.parametrize(
    ("seconds", "is_linked"), [(9 * 60 + 59, True), (10 * 60, False), (10 * 60 + 1, False)]
)
def test_a_code_lives_ten_minutes(seconds, is_linked):
    user, member = make_staff_user(), make_member()
    code = new_code(user)

    found = link(member, code, NOW + timedelta(seconds=seconds))

    assert (found == user) is is_linked


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_a_user_who_lost_his_place_is_not_linked(field):
    user, member = make_staff_user(), make_member()
    code = new_code(user)
    User.objects.filter(pk=user.pk).update(**{field: False})

    assert link(member, code) is None
    assert linked_user(member) is None


def test_wrong_codes_are_heard_five_times_an_hour():
    user, member = make_staff_user(), make_member()
    for _ in range(ATTEMPTS_MAX):
        link(member, "WRONG")
    code = new_code(user, NOW + timedelta(minutes=59))

    with pytest.raises(TooManyLinkAttempts) as refusal:
        link(member, code, NOW + timedelta(minutes=59))
    assert refusal.value.params["wait"] == timedelta(minutes=1)
    assert linked_user(member) is None

    assert link(member, code, NOW + timedelta(minutes=61)) == user


def test_tries_from_before_the_clock_was_set_back_shut_nobody_out():
    user, member = make_staff_user(), make_member()
    for _ in range(ATTEMPTS_MAX):
        link(member, "WRONG", NOW + timedelta(days=1))

    assert link(member, new_code(user)) == user


def test_the_limit_is_each_member_own():
    member, other, user = make_member(), make_member(), make_staff_user()
    for _ in range(ATTEMPTS_MAX):
        link(member, "WRONG")

    assert link(other, new_code(user)) == user


def test_a_new_link_takes_the_place_of_the_old_one():
    old = make_staff_member()
    new = make_member()

    link(new, new_code(old.staff_user))

    assert (linked_user(old), linked_user(new)) == (None, old.staff_user)


def test_nobody_makes_a_code_for_somebody_else():
    chief, creator = make_staff_user("Chief"), make_staff_user(is_superuser=True)

    with pytest.raises(NotOwnLinkCode):
        new_link_code(user=creator, requested_by=chief, actor=web_actor(chief), now=NOW)

    assert not StaffLinkCode.objects.exists()


def test_a_superuser_makes_a_code_for_somebody_else():
    junior, creator = make_staff_user("Junior"), make_staff_user(is_superuser=True)
    code = new_link_code(user=junior, requested_by=creator, actor=web_actor(creator), now=NOW)

    assert link(make_member(), code) == junior


def test_unlinking_is_on_record():
    member = make_staff_member()

    unlink_staff(member_id=member.pk, actor=web_actor(member.staff_user))

    assert linked_user(member) is None
    assert AuditEntry.objects.filter(action="staff.unlink", member_id=member.pk).exists()


def test_who_is_not_linked_cannot_be_unlinked():
    member = make_member()

    with pytest.raises(NotLinked):
        unlink_staff(member_id=member.pk, actor=web_actor(make_staff_user()))


def test_a_deleted_member_is_not_linked():
    user, member = make_staff_user(), make_member(anonymised_at=NOW)

    with pytest.raises(MemberGone):
        link(member, new_code(user))
