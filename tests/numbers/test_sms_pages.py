"""SMS in the dashboard: masked, for those who may, and each look kept."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from numbers.models import InboundSms
from tests.numbers.arrivals import make_sms

pytestmark = pytest.mark.django_db


def test_a_code_is_masked_in_the_list_and_shown_with_an_audit_entry(chief):
    sms = make_sms()

    page = chief.get(reverse("admin:numbers_inboundsms_changelist")).content.decode()
    assert "482913" not in page
    assert not AuditEntry.objects.filter(action="numbers.view_code").exists()

    page = chief.get(reverse("admin:numbers_inboundsms_change", args=[sms.pk])).content.decode()
    assert "Your code is 482913" in page
    entry = AuditEntry.objects.get(action="numbers.view_code")
    assert (entry.member_id, entry.details) == (sms.lease.member_id, {"sms_id": sms.pk})


def test_without_the_permission_code_and_text_stay_masked(senior):
    sms = make_sms()

    page = senior.get(reverse("admin:numbers_inboundsms_change", args=[sms.pk])).content.decode()

    assert "482913" not in page and "••••••" in page
    assert not AuditEntry.objects.filter(action="numbers.view_code").exists()


def test_unmatched_sms_are_for_those_who_may(as_group):
    sms = make_sms()
    InboundSms.objects.update(lease=None, sender="Unmatched")
    url = reverse("admin:numbers_inboundsms_changelist")

    assert "Unmatched" not in as_group("Senior").get(url).content.decode()
    client = as_group("Chief")
    assert "Unmatched" in client.get(url).content.decode()
    detail = reverse("admin:numbers_inboundsms_change", args=[sms.pk])
    assert client.get(detail).status_code == 200


def test_what_came_for_nobody_is_filtered_by_those_who_may_see_it(as_group):
    make_sms()
    InboundSms.objects.update(sender="Canary")
    url = reverse("admin:numbers_inboundsms_changelist")

    def shows(client, holder):
        return "Canary" in client.get(url, {"holder": holder}).content.decode()

    client = as_group("Chief")
    assert (shows(client, "member"), shows(client, "nobody")) == (True, False)
    InboundSms.objects.update(lease=None)
    assert (shows(client, "member"), shows(client, "nobody")) == (False, True)
    assert not shows(as_group("Senior"), "nobody")


def test_a_hostile_sms_is_text(chief):
    sms = make_sms(text="<script>x</script>{{ 7*7 }}\u202e 482913")

    page = chief.get(reverse("admin:numbers_inboundsms_change", args=[sms.pk])).content.decode()

    assert "&lt;script&gt;x" in page and "<script>x" not in page
