from datetime import timedelta

import pytest
from django.utils import timezone

from points.levels import level_of_xp
from points.models import Progress
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db


def make_active(xp, **fields):
    member = make_member(**fields)
    Progress.objects.create(member=member, xp=xp, level=level_of_xp(xp))
    return member


@pytest.fixture
def ann():
    make_active(900, points=500)
    return make_active(150, points=120, first_name="Ann", username="ann", invited_count=3)


def test_a_profile_shows_what_was_reached(ann):
    text = Phone(ann).say("/profile")

    assert "120 points · place 2" in text
    assert "Level 2 · 150 XP · place 2" in text
    assert "Invited: 3" in text and "VIP" not in text


@pytest.mark.parametrize(("days", "is_shown"), [(1, True), (-1, False)])
def test_anothers_profile_shows_vip_while_it_lasts(ann, days, is_shown):
    until = timezone.now() + timedelta(days=days)
    Membership.objects.create(member=ann, vip_until=until)
    phone = Phone(make_member())

    assert ("👑 VIP" in phone.say("/profile @ann")) is is_shown
    assert ("👑 VIP" in Phone(ann).say("/profile")) is is_shown


def test_a_beginner_has_a_profile_without_a_place_by_xp():
    assert "Level 1 · 0 XP\n" in Phone(make_member()).say("/profile")


@pytest.mark.parametrize("command", ["/profile", "/profile @boris", "/top xp"])
def test_profiles_and_boards_need_few_queries(ann, command):
    make_active(10, username="boris")
    for xp in range(200, 212):
        make_active(xp)
    phone = Phone(ann)
    phone.say(command)

    with at_most(6):
        phone.say(command)


def test_a_group_shows_a_profile_without_buttons(ann):
    group = Phone(ann).in_group()

    assert "place 2" in group.say("/profile")
    assert group.buttons == []


def test_the_level_leads_to_the_profile(ann):
    phone = Phone(ann)
    phone.say("/level")

    assert "place 2" in phone.press("Profile")


def test_the_tabs_of_the_leaderboard_lead_to_each_other(ann):
    phone = Phone(ann)
    phone.say("/top")
    assert phone.buttons[:2] == ["• 💰 Points •", "🎖 XP"]

    text = phone.press("XP")

    assert "XP leaderboard" in text and "🥈 <b>\u2068Ann\u2069</b> · 150" in text
    assert phone.buttons[:2] == ["💰 Points", "• 🎖 XP •"]
    assert "· 120" in phone.press("Points")


def test_ones_own_place_by_xp_stands_below_the_ten(ann):
    for xp in range(200, 212):
        make_active(xp)

    last = Phone(ann).say("/top xp").splitlines()[-1]

    assert last.endswith("14. <b>\u2068Ann\u2069</b> · 150")


def test_who_has_no_xp_stands_on_no_place():
    make_active(5, first_name="Boris")

    assert "…" not in Phone(make_member()).say("/top xp")
