"""Staff of the four groups, several in one test."""

import pytest
from django.contrib.auth.models import Group, User


@pytest.fixture
def as_group(client):
    def log_in(name):
        user = User.objects.create_user(f"user-{name}", password="x", is_staff=True)
        user.groups.add(*Group.objects.filter(name=name))
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def senior(as_group):
    return as_group("Senior")


@pytest.fixture
def chief(as_group):
    return as_group("Chief")
