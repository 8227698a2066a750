"""The plan editor shows what members would see, and saves nothing by it."""

import html
import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.test_admin import client_of
from vip.models import Plan

pytestmark = pytest.mark.django_db


def change_url() -> str:
    return reverse("admin:vip_plan_change", args=[Plan.objects.get(code="1d").pk])


def seen(response) -> str:
    return html.unescape(response.content.decode())


def preview(url, **changes):
    values = {"code": "1d", "days": "1", "price": "500", "is_active": "on", "_preview": "1"}
    return client_of("Chief").post(url, {**values, **changes}, follow=True)


def test_the_page_shows_the_row_and_the_card_as_the_phone_does():
    phone = Phone(make_member(points=500))
    phone.say("/vip")
    row = phone.buttons[0]
    card = phone.press("1 day")

    page = seen(client_of("Chief").get(change_url()))

    assert row in page
    assert html.unescape(card).split("\n\n")[0] in page
    assert "500 → 0" in page


def test_it_is_shown_in_all_four_languages():
    page = seen(client_of("Chief").get(change_url()))

    assert re.findall('th-phone" lang="([a-z]+)" dir="([a-z]+)"', page) == [
        ("en", "ltr"), ("fr", "ltr"), ("ru", "ltr"), ("ar", "rtl"),
    ]  # fmt: skip
    assert "VIP на 1 день" in page


def test_what_is_typed_is_shown_and_not_saved():
    page = seen(preview(change_url(), days="9", price="1234"))

    assert "👑 9 days · 1,234 points" in page
    assert "Not saved yet" in page
    assert re.search('name="price" value="1234"', page)
    assert not Plan.objects.filter(price=1234).exists()
    assert not AuditEntry.objects.filter(action="vip.plan.change").exists()


def test_a_new_plan_is_shown_before_it_exists():
    page = seen(preview(reverse("admin:vip_plan_add"), code="2d", days="2", price="900"))

    assert "👑 2 days · 900 points" in page
    assert not Plan.objects.filter(code="2d").exists()


def test_a_plan_off_sale_is_said_to_be_seen_by_nobody():
    assert "nobody sees it" in seen(preview(change_url(), is_active=""))


@pytest.mark.parametrize("change", [{"days": "0"}, {"price": ""}, {"days": "<b>"}])
def test_what_cannot_be_sold_is_said_in_place_of_a_preview(change):
    page = preview(change_url(), **change).content.decode()

    assert "th-phone-text" not in page
    assert "th-note th-bad" in page


def test_who_may_only_look_sees_the_saved_plan_and_no_button():
    page = seen(client_of("Junior").get(f"{change_url()}?days=9&price=1&code=1d"))

    assert "👑 1 day · 500 points" in page
    assert "_preview" not in page


def test_a_save_that_is_refused_shows_no_half_changed_plan():
    values = {"code": "1d", "days": "0", "price": "777", "is_active": "on"}

    page = client_of("Chief").post(change_url(), values).content.decode()

    assert "th-phone-text" not in page
