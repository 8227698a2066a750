from datetime import timedelta

import pytest
from django.utils import timezone

from points.models import Game, Seat, VouchProvider
from tests.factories import make_member
from tests.phone import Phone
from tests.points.boards import make_xp
from tests.points.conftest import NOW
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    make_xp(900, points=500)
    return make_xp(150, points=120, first_name="Ann", username="ann", invited_count=3)


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


def test_a_profile_shows_games_and_the_places_of_invitations_and_vouches(ann):
    make_member(invited_count=9)
    VouchProvider.objects.create(member=ann, vouch_count=4, since=NOW)
    for outcome in ("win", "loss", "draw", "refund", ""):
        make_seat(ann, outcome)

    text = Phone(ann).say("/profile")

    assert "Games: 3, won: 1" in text
    assert "Invited: 3 · place 2" in text
    assert "Vouches: 4 · place 1" in text


def make_seat(member, outcome):
    finished_at = NOW if outcome else None
    game = Game.objects.create(
        kind="slots",
        state="settled" if outcome else "playing",
        key=f"test:{outcome}",
        starter=member,
        stake=1,
        created_at=NOW,
        finished_at=finished_at,
        due_at=None if outcome else NOW,
    )
    Seat.objects.create(
        game=game,
        member=member,
        stake=1,
        outcome=outcome,
        joined_at=NOW,
        finished_at=finished_at,
    )


@pytest.mark.parametrize("command", ["/profile", "/profile @boris"])
def test_profiles_need_few_queries(ann, command):
    make_xp(10, username="boris")
    phone = Phone(ann)
    phone.say(command)

    # Three places and the games among them, one each.
    with at_most(8):
        phone.say(command)


def test_a_group_shows_a_profile_without_buttons(ann):
    group = Phone(ann).in_group()

    assert "place 2" in group.say("/profile")
    assert group.buttons == []


def test_the_level_leads_to_the_profile(ann):
    phone = Phone(ann)
    phone.say("/level")

    assert "place 2" in phone.press("Profile")
