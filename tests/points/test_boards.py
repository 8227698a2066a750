"""Leaderboards of the last days, and places that are counted from marks."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from points.models import (
    Board,
    BoardMark,
    BoardState,
    DayScore,
    Period,
    Progress,
    Score,
    VouchProvider,
)
from points.selectors import Standing, counted_at, leaders, standing_of
from points.services import board_marks, boards, forget_day_scores, mark_boards, refresh_scores
from tests.concurrency import run_together
from tests.factories import make_member
from tests.points.boards import check_board, earn, make_xp, sums_of
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

TODAY, DAY = NOW.date(), timedelta(days=1)
SUMMED = (Period.WEEK, Period.MONTH)


def places(member, board=Board.XP):
    """Score in seven and in thirty days."""
    return tuple(standing_of(member, board, period).score for period in SUMMED)


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


def few_marks(patch):
    patch.setattr(board_marks, "FIRST_PLACE", 4)
    patch.setattr(board_marks, "PLACES", 3)


def test_the_upper_places_are_exact_at_every_moment(monkeypatch):
    few_marks(monkeypatch)
    members = [make_xp(xp) for xp in (90, 80, 70, 60, 50, 40, 30, 20)]
    mark_boards()

    Progress.objects.filter(pk=members[7].pk).update(xp=75)

    ranks = [standing_of(member, Board.XP).rank for member in members]
    assert ranks[:3] == [1, 2, 4] and ranks[7] == 3
    mark_boards()
    assert [standing_of(member, Board.XP).rank for member in members] == [1, 2, 4, 5, 6, 7, 8, 3]


def test_marks_are_of_boards_with_many_members_only():
    for xp in (90, 80, 70):
        make_xp(xp)

    mark_boards()

    assert not BoardMark.objects.exists()


def test_marks_that_still_hold_are_not_written_again(monkeypatch):
    few_marks(monkeypatch)
    for xp in (90, 80, 70, 60, 50, 40):
        make_xp(xp)
    mark_boards()
    before = list(BoardMark.objects.values_list())

    mark_boards()

    assert before and list(BoardMark.objects.values_list()) == before


def test_without_marks_a_place_far_down_is_at_least_that(monkeypatch):
    monkeypatch.setattr(import_module("points.selectors.leaders"), "COUNTED_MAX", 3)
    members = [make_xp(xp) for xp in (90, 80, 70, 60, 50)]

    found = [standing_of(member, Board.XP) for member in members]

    assert [standing.rank for standing in found] == [1, 2, 3, 4, 4]
    assert [standing.is_least for standing in found] == [False, False, False, True, True]


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


UNRANKED = st.sampled_from([{}] * 5 + [{"banned_at": NOW}, {"anonymised_at": NOW}])


class AnyBoard(TestCase):
    @examples(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 12), UNRANKED), max_size=40))
    def test_a_place_from_marks_is_the_place_by_counting(self, holders):
        with pytest.MonkeyPatch.context() as patch:
            few_marks(patch)
            scores = {make_member(invited_count=score, **f): score for score, f in holders}
            mark_boards()

            check_board(scores, Board.INVITES, Period.ALL_TIME)

    @examples(max_examples=40, deadline=None)
    @given(
        st.lists(UNRANKED, min_size=1, max_size=6),
        st.lists(
            st.one_of(
                # Who, how much, how many days before the clock's present day.
                st.tuples(st.integers(0, 5), st.integers(-4, 9), st.integers(-1, 35)),
                # The clock goes on or back, and the sums follow or lag.
                st.tuples(st.just("clock"), st.integers(-2, 9), st.booleans()),
            ),
            max_size=25,
        ),
    )
    def test_the_sums_are_those_of_the_last_days_whatever_the_clock_does(self, kinds, course):
        members = [make_member(**fields) for fields in kinds]
        now = NOW
        for what, value, third in course:
            if what == "clock":
                now += value * DAY
                if third:
                    refresh_scores(now=now)
            else:
                earn(members[what % len(members)], value, now.date() - third * DAY)
        refresh_scores(now=now)

        for period in SUMMED:
            check_board(sums_of(members, Board.XP, now.date(), period), Board.XP, period)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_earns_and_who_sums_up_at_the_same_time_lose_nothing():
    members = [make_member() for _ in range(4)]

    def earn_some(number):
        def run():
            for _ in range(10):
                with transaction.atomic():
                    earn(members[number % 4], 1, TODAY)

        return run

    def refresh():
        for _ in range(10):
            refresh_scores(now=NOW)

    calls = [earn_some(number) for number in range(8)] + [refresh] * 3
    results = run_together(*calls)
    refresh_scores(now=NOW)

    assert [result for result in results if result is not None] == []
    assert [places(member) for member in members] == [(20, 20)] * 4
    assert not DayScore.objects.filter(is_dirty=True).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_refresh_waits_for_nobody_who_is_earning():
    ann, boris = make_member(), make_member()
    earn(boris, 5, TODAY)
    BoardState.objects.create(pk=1, day=TODAY, refreshed_at=NOW)

    with transaction.atomic():
        earn(ann, 5, TODAY)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        (count,) = run_together(lambda: refresh_scores(now=NOW))

    assert count == 1 and places(boris) == (5, 5) and places(ann) == (0, 0)
    refresh_scores(now=NOW)
    assert places(ann) == (5, 5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_are_one():
    ann = make_member()
    earn(ann, 5, TODAY)
    BoardState.objects.create(pk=1, day=TODAY, refreshed_at=NOW)

    with transaction.atomic():
        BoardState.objects.select_for_update().get(pk=1)
        (count,) = run_together(lambda: refresh_scores(now=NOW))

    assert count == 0 and places(ann) == (0, 0)
