import pytest
from django.contrib.auth.models import Group, User

from accounts.models import AuditEntry
from accounts.services import SYSTEM, sync_creator
from project.permissions import CHIEF, CREATOR, GROUPS, JUNIOR, SENIOR
from tests.factories.staff import make_staff_user

pytestmark = pytest.mark.django_db


def rights_of(group: str) -> set[str]:
    permissions = Group.objects.get(name=group).permissions.select_related("content_type")
    return {f"{p.content_type.app_label}.{p.codename}" for p in permissions}


def test_the_four_groups_exist():
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)


@pytest.mark.parametrize(("lower", "higher"), [(JUNIOR, SENIOR), (SENIOR, CHIEF), (CHIEF, CREATOR)])
def test_a_higher_group_may_do_more(lower, higher):
    assert rights_of(lower) < rights_of(higher)


@pytest.mark.parametrize(
    ("right", "lowest"),
    [
        ("accounts.view_member", JUNIOR),
        ("accounts.ban_member", SENIOR),
        ("accounts.message_member", SENIOR),
        ("accounts.change_chat", SENIOR),
        ("accounts.view_auditentry", CHIEF),
    ],
)
def test_a_right_begins_with_its_group(right, lowest):
    holders = [group for group in GROUPS if right in rights_of(group)]

    assert holders == list(GROUPS[GROUPS.index(lowest) :])


def test_a_user_of_creator_becomes_a_superuser():
    user = make_staff_user(CREATOR)

    sync_creator(user=user, actor=SYSTEM)

    assert User.objects.get(pk=user.pk).is_superuser
    assert AuditEntry.objects.filter(action="staff.creator", target=user.username).exists()


def test_other_groups_make_no_superuser():
    user = make_staff_user(CHIEF)

    assert sync_creator(user=user, actor=SYSTEM) is False
    assert not User.objects.get(pk=user.pk).is_superuser
