"""Staff accounts in the dashboard: what is done to them stands in the audit."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import AuditEntry, Chat
from accounts.services import COMMAND, set_chat_enabled

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_handing_out_rights_stands_in_the_audit(root):
    mod = User.objects.create_user("mod", is_staff=True)
    junior = Group.objects.get(name="Junior")

    root.post(
        reverse("admin:auth_user_change", args=[mod.pk]),
        {"username": "mod", "is_active": "on", "is_staff": "on", "groups": [junior.pk]},
    )

    entry = AuditEntry.objects.get(action="user.change")
    assert (entry.actor_label, entry.target) == ("root", "mod")
    assert entry.details == {"fields": ["Groups"], "groups": ["Junior"]}


def test_adding_a_user_a_new_password_and_deleting_stand_in_the_audit(root):
    password = {"password1": "Zebra-trail-91", "password2": "Zebra-trail-91"}
    root.post(reverse("admin:auth_user_add"), {"username": "mod", **password})
    mod = User.objects.get(username="mod")
    root.post(reverse("admin:auth_user_password_change", args=[mod.pk]), password)
    root.post(reverse("admin:auth_user_delete", args=[mod.pk]), {"post": "yes"})

    entries = AuditEntry.objects.filter(action__startswith="user.").order_by("pk")
    assert [entry.action for entry in entries] == ["user.add", "user.change", "user.delete"]
    assert not any("Zebra" in str(entry.details) for entry in entries)


def test_whoever_is_locked_out_is_let_in_and_it_is_recorded(root):
    attempt = AccessAttempt.objects.create(
        username="mod", ip_address="127.0.0.1", failures_since_start=5
    )
    url = reverse("admin:axes_accessattempt_changelist")

    root.post(url, {"action": "let_in", "_selected_action": [attempt.pk]})

    assert not AccessAttempt.objects.exists()
    assert AuditEntry.objects.get(action="staff.let_in").target == "mod"


def test_a_group_is_named_by_its_title_in_the_audit():
    Chat.objects.create(telegram_id=-1001, kind="supergroup", title="Regulars")

    set_chat_enabled(telegram_id=-1001, is_enabled=True, actor=COMMAND)

    assert AuditEntry.objects.get(action="chat.enable").target == "Regulars (-1001)"
