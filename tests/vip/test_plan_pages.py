"""Plans in the dashboard: added and changed within bounds, with their history."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from tests.vip.test_admin import client_of
from vip.models import Plan

pytestmark = pytest.mark.django_db


def test_a_plan_is_changed_with_its_history_kept():
    client, plan = client_of("Chief"), Plan.objects.get(code="1d")
    url = reverse("admin:vip_plan_change", args=[plan.pk])

    client.post(url, {"code": "1d", "days": "1", "price": "600", "is_active": "on"})

    plan.refresh_from_db()
    details = AuditEntry.objects.get(action="vip.plan.change").details
    assert (plan.price, details["before"]["price"], details["after"]["price"]) == (600, 500, 600)


def test_a_plan_is_added():
    values = {"code": "90d", "days": "90", "price": "25000", "is_active": "on"}

    client_of("Chief").post(reverse("admin:vip_plan_add"), values)

    assert Plan.objects.get(code="90d").days == 90
    assert AuditEntry.objects.get(action="vip.plan.add").details["before"] is None


def test_a_plan_saved_as_it_was_leaves_no_trace():
    plan = Plan.objects.get(code="1d")
    url = reverse("admin:vip_plan_change", args=[plan.pk])

    client_of("Chief").post(url, {"code": "1d", "days": "1", "price": "500", "is_active": "on"})

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "change", [{"days": "0"}, {"days": "36501"}, {"price": "0"}, {"price": "1000000000001"}]
)
def test_a_plan_out_of_bounds_is_refused(change):
    plan = Plan.objects.get(code="1d")
    url = reverse("admin:vip_plan_change", args=[plan.pk])

    page = client_of("Chief").post(
        url, {"code": "1d", "days": "1", "price": "500", "is_active": "on", **change}
    )

    assert page.status_code == 200
    plan.refresh_from_db()
    assert (plan.days, plan.price) == (1, 500)
