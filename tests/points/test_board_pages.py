"""The leaderboards in the dashboard."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from points.board_figures import top_earner, xp_earned
from points.models import Board
from points.services import refresh_scores
from tests.factories import make_member
from tests.factories.staff import make_staff_user
from tests.points.boards import earn

pytestmark = pytest.mark.django_db

LIST = reverse("admin:points_score_changelist")
DAY = timedelta(days=1)


@pytest.fixture
def today(stopped_clock):
    return stopped_clock.date()


@pytest.fixture
def ann(today):
    ann = make_member(first_name="<b>Ann", username="ann")
    boris = make_member(first_name="Boris", banned_at=timezone.now())
    for member, score in ((ann, 5), (boris, 1_234)):
        earn(member, score, today, Board.POINTS)
    earn(ann, 7, today - 10 * DAY, Board.XP)
    refresh_scores(now=timezone.now())
    return ann


def rows(client, **query):
    page = client.get(LIST, query)
    assert page.status_code == 200 and b"<b>Ann" not in page.content
    return [(score.member.first_name, score.score) for score in page.context["cl"].result_list]


def test_a_list_is_of_one_board_and_period(admin_client, ann):
    assert rows(admin_client) == [("Boris", 1_234), ("<b>Ann", 5)]
    assert rows(admin_client, board="xp", days="30") == [("<b>Ann", 7)]
    assert rows(admin_client, board="xp") == []
    assert rows(admin_client, board="nonsense", days="x") == [("Boris", 1_234), ("<b>Ann", 5)]
    assert rows(admin_client, q="@ann") == [("<b>Ann", 5)]


def test_juniors_look_and_change_nothing(client, ann):
    client.force_login(make_staff_user("Junior"))
    score = ann.scores.first()

    assert client.get(LIST).status_code == 200
    for act in ("change", "delete"):
        url = reverse(f"admin:points_score_{act}", args=[score.pk])
        assert client.post(url, {"score": 9}).status_code == 403


def test_the_home_page_names_the_top_earner(ann):
    reading = top_earner(timezone.now())

    assert (reading.value, reading.note) == (5, "<b>Ann earned most in 7 days")


def test_the_home_page_stands_while_nobody_has_earned():
    assert top_earner(timezone.now()).value == 0


def test_xp_is_charted_by_day(ann, today):
    earn(make_member(), 3, today, Board.XP)

    assert xp_earned(today - 10 * DAY, today) == {today - 10 * DAY: {"earned": 7}}
    assert xp_earned(today, today + DAY) == {today: {"earned": 3}}


def test_the_home_page_opens(admin_client, ann):
    page = admin_client.get("/admin/").content.decode()

    assert "&lt;b&gt;Ann earned most" in page and "XP earned" in page
