from datetime import timedelta

import pytest
from django.utils import timezone

from points.models import Board, VouchProvider
from points.services import refresh_scores
from tests.factories import make_member
from tests.factories.staff import make_staff_user
from tests.phone import Phone
from tests.points.boards import earn, make_xp
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PERIODS = ["• All time •", "30 days", "7 days"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ann():
    return make_xp(150, points=120, first_name="Ann", username="ann")


def test_tabs_lead_from_every_board_to_every_other(ann):
    make_xp(900, points=500)
    phone = Phone(ann)
    phone.say("/top")
    assert phone.buttons[:4] == ["• 💰 Points •", "🎖 XP", "⭐ Vouches", "👥 Invites"]
    assert phone.buttons[4:7] == PERIODS

    text = phone.press("XP")

    assert "🎖 XP · All time" in text and "🥈 <b>\u2068Ann\u2069</b> · 150" in text
    assert phone.buttons[:2] == ["💰 Points", "• 🎖 XP •"]
    assert "· 120" in phone.press("Points")


def test_a_tab_keeps_what_the_other_row_says(ann):
    phone = Phone(ann)
    phone.say("/top")
    phone.press("7 days")

    text = phone.press("Invites")

    assert "👥 Invites · 7 days" in text
    assert phone.buttons[3:7] == ["• 👥 Invites •", "All time", "30 days", "• 7 days •"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("", "💰 Points · All time"),
        ("xp 7", "🎖 XP · 7 days"),
        ("7 XP", "🎖 XP · 7 days"),
        ("30d vouch", "⭐ Vouches · 30 days"),
        ("invites", "👥 Invites · All time"),
        ("7", "💰 Points · 7 days"),
        ("nonsense 99 ٧", "💰 Points · All time"),
    ],
)
@pytest.mark.parametrize("command", ["top", "leaderboard", "classement"])
def test_the_board_can_be_typed(ann, command, words, title):
    assert title in Phone(ann).say(f"/{command} {words}")


def test_a_board_of_days_shows_what_was_earned_on_them(ann, now):
    boris = make_member(first_name="Boris")
    earn(boris, 40, now.date() - 10 * DAY, Board.POINTS)
    earn(ann, 7, now.date(), Board.POINTS)
    refresh_scores(now=now)
    phone = Phone(ann)

    week, month = phone.say("/top 7"), phone.say("/top 30")

    assert "🥇 <b>\u2068Ann\u2069</b> · 7" in week and "Boris" not in week
    assert "🥇 \u2068Boris\u2069 · 40" in month and "🥈 <b>\u2068Ann\u2069</b> · 7" in month
    assert "🕒 As of" in week and "🕒" not in phone.say("/top")


def test_ones_own_place_stands_below_the_ten(ann):
    for xp in range(200, 212):
        make_xp(xp)

    last = Phone(ann).say("/top xp").rstrip().splitlines()[-1]

    assert last.endswith("13. <b>\u2068Ann\u2069</b> · 150")


def test_vips_wear_their_badge(ann, now):
    Membership.objects.create(member=ann, vip_until=now + DAY)
    VouchProvider.objects.create(member=ann, vouch_count=3, since=now)

    assert "🥇 👑 <b>\u2068Ann\u2069</b> · 3" in Phone(ann).say("/top vouches")


@pytest.mark.parametrize(
    ("board", "hint"),
    [
        ("points", "/daily"),
        ("xp", "write in our groups"),
        ("vouches", "somebody vouches"),
        ("invites", "/invites"),
    ],
)
@pytest.mark.parametrize("period", ["", "7", "30"])
def test_who_has_no_place_is_told_how_to_get_one(board, hint, period):
    text = Phone(make_member()).say(f"/top {board} {period}")

    assert "Nobody is here yet" in text
    assert "no place here yet" in text and hint in text


def test_staff_are_told_that_they_hold_no_place():
    boss = make_xp(5, staff_user=make_staff_user())

    text = Phone(boss).say("/top xp")

    assert "Staff hold no place" in text and "Nobody is here yet" in text


def test_a_group_shows_the_board_without_buttons(ann):
    group = Phone(ann).in_group()

    assert "150" in group.say("/top xp")
    assert group.buttons == []


@pytest.mark.parametrize("words", ["", "xp 7", "vouches 30", "invites"])
def test_a_board_needs_few_queries(ann, now, words):
    for xp in range(200, 212):
        make_xp(xp, points=xp, invited_count=3)
    refresh_scores(now=now)
    phone = Phone(ann)
    phone.say(f"/top {words}")

    with at_most(6):
        phone.say(f"/top {words}")
