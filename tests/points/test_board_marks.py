"""Places that are counted from marks, and the whole against the rule itself."""

from datetime import timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from points.models import Board, BoardMark, Period, Progress
from points.selectors import standing_of
from points.services import board_marks, mark_boards, refresh_scores
from tests.factories import make_member
from tests.points.boards import SUMMED, check_board, earn, make_xp, sums_of
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

TODAY, DAY = NOW.date(), timedelta(days=1)


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
