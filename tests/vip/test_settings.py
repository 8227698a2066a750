"""The owner's numbers of VIP, premium and videos."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.vip.auto_searches import make_seeker, row_of
from vip.models import AutoSearch, VipSettings
from vip.selectors import get_settings

pytestmark = pytest.mark.django_db

URL = "admin:vip_vipsettings_change"
NUMBERS = {
    "auto_search_daily_max": "60",
    "premium_hours": "12",
    "pass_minutes": "60",
    "passes_daily_max": "4",
    "videos_hourly_max": "5",
    "video_minutes": "0",
    "videos_protected": "False",
}


def test_without_a_row_the_numbers_of_the_book_hold():
    numbers = get_settings()

    assert {name: str(getattr(numbers, name)) for name in NUMBERS} == NUMBERS


def test_every_number_has_a_name_and_a_place(staff):
    page = staff("Chief").get(reverse("admin:vip_vipsettings_changelist"), follow=True)

    form = page.context["adminform"]
    fields = {field.field.name: field.field for part in form for line in part for field in line}
    assert fields.keys() == NUMBERS.keys()
    assert fields["passes_daily_max"].label == "Ads a day"


def test_a_change_is_audited_and_shown(staff):
    client = staff("Chief")
    VipSettings.objects.create()

    client.post(reverse(URL, args=[1]), {**NUMBERS, "premium_hours": "24"})

    assert get_settings().premium_hours == 24
    audit = AuditEntry.objects.get(action="vip.settings")
    assert audit.details["changes"] == {"premium_hours": [12, 24]}
    page = " ".join(client.get(reverse(URL, args=[1])).content.decode().split())
    assert "Hours of premium: 12 → 24" in page


@pytest.mark.parametrize(
    ("name", "value"), [("passes_daily_max", "0"), ("video_minutes", "2821"), ("pass_minutes", "x")]
)
def test_an_odd_number_is_refused(staff, name, value):
    VipSettings.objects.create()

    staff("Chief").post(reverse(URL, args=[1]), {**NUMBERS, name: value})

    assert not AuditEntry.objects.filter(action="vip.settings").exists()


def test_a_senior_looks_and_changes_nothing(staff):
    VipSettings.objects.create()
    client = staff("Senior")

    assert client.get(reverse(URL, args=[1])).status_code == 200
    assert client.post(reverse(URL, args=[1]), NUMBERS).status_code == 403


def test_a_junior_does_not_look(staff):
    assert staff("Junior").get(reverse("admin:vip_vipsettings_changelist")).status_code == 403


def test_there_is_one_row():
    VipSettings.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        VipSettings.objects.create(pk=2)


def test_a_higher_limit_saved_in_the_dashboard_wakes_auto_search(
    staff, django_capture_on_commit_callbacks
):
    now = timezone.now()
    ann = make_seeker(now=now)
    VipSettings.objects.create()
    AutoSearch.objects.update(due_at=now + timedelta(hours=20))

    with django_capture_on_commit_callbacks(execute=True):
        staff("Chief").post(reverse(URL, args=[1]), {**NUMBERS, "auto_search_daily_max": "61"})

    assert row_of(ann).due_at - now < timedelta(minutes=1)
