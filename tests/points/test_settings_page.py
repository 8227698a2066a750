"""The owner's numbers of points in the dashboard: who changes them, and who changed what."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from points.admin.forms import SETTINGS_LABELS
from points.models import PointsSettings

pytestmark = pytest.mark.django_db

SETTINGS = {
    "welcome_points": "50",
    "referral_points": "25",
    "daily_ladder": "5, 10",
    "transfer_daily_max": "10000",
    "level_points": "25",
    "search_item_percent": "4",
    "search_points_min": "5",
    "search_points_max": "10",
    "search_cooldown_seconds": "300",
    "transfer_min_age_hours": "0",
    "game_stake_max": "1000",
    "pot_seconds": "30",
    "game_xp_daily_max": "300",
    "vouch_points": "1",
    "vouch_author_points": "0",
    "vouch_pair_seconds": "60",
}


def test_the_list_leads_to_the_one_row_of_settings(staff):
    client = staff("Chief")

    page = client.get(reverse("admin:points_pointssettings_changelist"), follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[0][0] == reverse("admin:points_pointssettings_change", args=[1])


def test_a_change_of_settings_is_audited(staff):
    client = staff("Chief")
    PointsSettings.objects.create()

    client.post(reverse("admin:points_pointssettings_change", args=[1]), SETTINGS)

    assert PointsSettings.objects.get().daily_ladder == [5, 10]
    audit = AuditEntry.objects.get(action="points.settings")
    assert audit.details["changes"]["welcome_points"] == [25, 50]
    assert set(audit.details["changes"]) == {"welcome_points", "daily_ladder"}
    page = client.get(reverse("admin:points_pointssettings_change", args=[1]))
    assert 'value="5, 10"' in page.content.decode()


def test_every_number_has_a_name_and_a_place(staff):
    form = (
        staff("Chief")
        .get(reverse("admin:points_pointssettings_changelist"), follow=True)
        .context["adminform"]
    )

    numbers = {field.name for field in PointsSettings._meta.concrete_fields} - {"id"}
    assert {field.field.name for section in form for line in section for field in line} == numbers
    assert set(SETTINGS_LABELS) == numbers
    assert {name: form.form.fields[name].label for name in numbers} == SETTINGS_LABELS


def test_the_settings_say_who_changed_what(staff):
    client = staff("Chief")
    url = reverse("admin:points_pointssettings_change", args=[1])
    PointsSettings.objects.create()
    nobody = client.get(url).content.decode()

    client.post(url, {**SETTINGS, "game_stake_max": "2500"})

    text = " ".join(client.get(url).content.decode().split())
    assert "Nobody has changed these numbers yet" in nobody
    assert "Highest stake: 1,000 → 2,500" in text
    assert "Points by day of a streak: 25, 30, 35, 40, 50, 60, 100 → 5, 10" in text
    assert "vera" in text


def test_a_number_that_is_gone_keeps_its_place_in_the_history(staff):
    client = staff("Senior")
    AuditEntry.objects.create(
        action="points.settings",
        origin="web",
        actor_label="<b>olga",
        details={"changes": {"old_number": [True, "<i>"]}},
    )

    page = client.get(reverse("admin:points_pointssettings_changelist"), follow=True)

    assert "Old number: True → &lt;i&gt;" in page.content.decode()
    assert "<b>olga" not in page.content.decode()


@pytest.mark.parametrize("ladder", ["", "{}", "0", "5, 0", "1.5", "five", "5,,", "٥", "9" * 15])
def test_an_odd_ladder_is_refused(staff, ladder):
    client = staff("Chief")
    PointsSettings.objects.create()

    client.post(
        reverse("admin:points_pointssettings_change", args=[1]),
        {**SETTINGS, "daily_ladder": ladder},
    )

    assert PointsSettings.objects.get().welcome_points == 25


def test_seniors_see_the_settings_and_cannot_change_them(staff):
    client = staff("Senior")
    PointsSettings.objects.create()
    url = reverse("admin:points_pointssettings_change", args=[1])

    assert client.get(url).status_code == 200
    assert client.post(url, SETTINGS).status_code == 403
