"""VIP on a member's page: the newest grants with who and why, and the way to all of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.services import COMMAND
from tests.factories import make_member
from tests.vip.gifts import give
from tests.vip.test_order_pages import words_of
from vip.models import Grant, Plan
from vip.services import Audience, buy_plan, grant_vip, revoke_vip

pytestmark = pytest.mark.django_db


def test_every_kind_of_grant_stands_there_with_who_and_why(staff):
    now, ann = timezone.now(), make_member(points=900)
    boris = make_member(points=900, first_name="Bo<b>ris")
    plan = Plan.objects.get(code="1d")
    buy_plan(member_id=ann.pk, plan_id=plan.pk, quoted_price=500, key="op:9", now=now)
    give(boris, ann, key="op:8")
    named = Audience.named([ann.pk])
    grant_vip(audience=named, days=7, reason="Th<i>anks", actor=COMMAND, key="a", now=now)
    revoke_vip(member_id=ann.pk, reason="Spam", actor=COMMAND, key="r", now=now)

    page = staff("Senior").get(reverse("admin:accounts_member_change", args=[ann.pk]))

    words = words_of(page)
    assert "Bought · 1 day · 500 points" in words
    assert "Given by a member · Bo&lt;b&gt;ris · 1 day" in words
    assert "Given by staff · 7 days Th&lt;i&gt;anks by command line" in words
    assert "Revoked by staff Spam by command line" in words


def test_the_panel_shows_the_newest_and_leads_to_all_of_his_and_nobody_elses(staff):
    now, ann, boris = timezone.now(), make_member(), make_member()
    for number in range(12):
        grant_vip(
            audience=Audience.named([ann.pk]),
            days=1,
            reason=f"No {number}.",
            actor=COMMAND,
            key=f"a:{number}",
            now=now + timedelta(seconds=number),
        )
    grant_vip(
        audience=Audience.named([boris.pk]), days=1, reason="x", actor=COMMAND, key="b", now=now
    )
    client = staff("Senior")

    page = client.get(reverse("admin:accounts_member_change", args=[ann.pk]))
    panel = next(panel for panel in page.context["panels"] if panel["title"] == "VIP")

    assert "No 11." in panel["body"] and "No 2." in panel["body"]
    assert "No 1." not in panel["body"]
    listed = client.get(panel["url"]).context["cl"].queryset
    assert set(listed) == set(Grant.objects.filter(membership=ann.pk))
    assert len(listed) == 12
