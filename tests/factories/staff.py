"""Staff users, and members linked to them."""

from itertools import count

from django.contrib.auth.models import Group, User

from accounts.models import Member
from tests.factories import make_member

_numbers = count(1)


def make_staff_user(group: str = "", **fields) -> User:
    """A staff user, in one of the four groups if one is named."""
    user = User.objects.create_user(f"staff{next(_numbers)}", is_staff=True, **fields)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def make_staff_member(group: str = "", **fields) -> Member:
    return make_member(staff_user=make_staff_user(group), **fields)
