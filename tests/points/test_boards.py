"""Leaderboards of the last days, and places that are counted from marks."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from points.models import Board, Period, Score, VouchProvider
from points.selectors import Standing, counted_at, leaders, standing_of
from points.services import boards, forget_day_scores, refresh_scores
from tests.factories import make_member
from tests.points.boards import earn, make_xp, places
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [(0, (5, 5)), (6, (5, 5)), (7, (0, 5)), (29, (0, 5)), (30, (0, 0)), (-1, (5, 5))],
)
def test_a_period_is_today_and_the_days_before(days_ago, expected):
    ann = make_member()
    earn(ann, 5, TODAY - days_ago * DAY)

    refresh_scores(now=NOW)

    assert places(ann) == expected


def test_at_midnight_the_oldest_day_leaves_the_sum():
    ann = make_member()
    earn(ann, 5, TODAY - 6 * DAY)
    earn(ann, 3, TODAY)
    refresh_scores(now=NOW)
    assert places(ann) == (8, 8)

    refresh_scores(now=NOW + DAY)

    assert places(ann) == (3, 8)


def test_a_clock_set_back_a_day_gives_the_day_back():
    ann = make_member()
    earn(ann, 5, TODAY - 6 * DAY)
    for now in (NOW, NOW + DAY, NOW):
        refresh_scores(now=now)

    assert places(ann) == (5, 5)


@pytest.mark.parametrize("away", [8, 40, 400])
def test_nobody_stays_on_a_board_that_was_not_refreshed_for_long(away):
    ann = make_member()
    earn(ann, 5, TODAY)
    refresh_scores(now=NOW)

    refresh_scores(now=NOW + away * DAY)

    assert places(ann) == (0, 5 if away < 30 else 0)


def test_who_lost_more_than_he_won_stands_on_no_place():
    ann, boris = make_member(), make_member()
    earn(ann, 5, TODAY)
    earn(boris, 1, TODAY)
    refresh_scores(now=NOW)
    earn(ann, -9, TODAY)

    refresh_scores(now=NOW)

    assert standing_of(ann, Board.XP, Period.WEEK) == Standing(0, None)
    assert standing_of(boris, Board.XP, Period.WEEK) == Standing(1, 1)


def test_boards_do_not_mix():
    ann = make_member()
    for number, board in enumerate(Board, start=1):
        earn(ann, number, TODAY, board)

    refresh_scores(now=NOW)

    assert [places(ann, board) for board in Board] == [(n, n) for n in range(1, 5)]


def test_staff_banned_and_deleted_members_are_left_out_of_the_last_days():
    user = get_user_model().objects.create(username="boss")
    unranked = [
        make_member(**fields)
        for fields in ({"staff_user": user}, {"banned_at": NOW}, {"anonymised_at": NOW})
    ]
    ann = make_member()
    for member in (*unranked, ann):
        earn(member, 5, TODAY)
    earn(unranked[0], 5, TODAY)

    refresh_scores(now=NOW)

    assert [leader.member for leader in leaders(Board.XP, Period.WEEK)] == [ann]
    assert standing_of(ann, Board.XP, Period.WEEK) == Standing(5, 1)
    assert standing_of(unranked[1], Board.XP, Period.WEEK) == Standing(5, None)


def test_a_refresh_takes_in_what_is_new_and_nothing_twice(monkeypatch):
    monkeypatch.setattr(boards, "SCORES_PER_BATCH", 2)
    members = [make_member() for _ in range(5)]
    for member in members:
        earn(member, 2, TODAY)
    assert refresh_scores(now=NOW) == 5
    assert refresh_scores(now=NOW) == 0

    earn(members[0], 1, TODAY)
    assert refresh_scores(now=NOW) == 1
    assert set(Score.objects.filter(days=7).values_list("score", flat=True)) == {2, 3}


def test_nothing_new_costs_two_questions_and_no_write():
    earn(make_member(), 1, TODAY)
    refresh_scores(now=NOW)

    with at_most(2):
        assert refresh_scores(now=NOW + timedelta(seconds=5)) == 0

    assert counted_at() == NOW


@pytest.mark.parametrize("minutes", [1, -1, 60])
def test_the_time_is_said_again_where_nothing_is_new(minutes):
    refresh_scores(now=NOW)

    refresh_scores(now=NOW + timedelta(minutes=minutes))

    assert counted_at() == NOW + timedelta(minutes=minutes)


def test_a_look_takes_in_so_many_batches(monkeypatch):
    monkeypatch.setattr(boards, "SCORES_PER_BATCH", 2)
    for _ in range(5):
        earn(make_member(), 1, TODAY)

    assert [refresh_scores(now=NOW, batches=2) for _ in range(3)] == [4, 1, 0]


def test_the_board_says_when_it_was_counted():
    assert counted_at() is None

    refresh_scores(now=NOW)

    assert counted_at() == NOW


def test_old_days_are_forgotten_once_they_are_summed(monkeypatch):
    monkeypatch.setattr(boards, "PURGE_SIZE", 2)
    ann = make_member()
    for days_ago in (0, 60, 61, 62, 63, 90):
        earn(ann, 1, TODAY - days_ago * DAY)

    assert forget_day_scores(now=NOW) == 0
    refresh_scores(now=NOW)

    assert forget_day_scores(now=NOW) == 4
    assert places(ann) == (1, 1)


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("board", Board)
def test_a_place_is_one_query_and_the_ten_are_two(board, period):
    ann = make_xp(5, points=5, invited_count=5)
    VouchProvider.objects.create(member=ann, vouch_count=5, since=NOW)
    earn(ann, 5, TODAY, board)
    refresh_scores(now=NOW)

    with at_most(1):
        assert standing_of(ann, board, period) == Standing(5, 1)
    with at_most(2):
        assert [leader.member for leader in leaders(board, period)] == [ann]
