"""The job that searches while no bot runs, and the look of the bot's clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import clocks
from botrunner.clocks import search_for_members
from botrunner.jobs import search_in_place_of_bots
from tests.vip.auto_searches import HOUR, NOW, make_seeker, row_of, times_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_looks(monkeypatch):
    monkeypatch.setattr(clocks, "SEARCHES_PER_LOOK", 2)
    monkeypatch.setattr(clocks, "DIGESTS_PER_LOOK", 2)


@pytest.mark.usefixtures("small_looks")
def test_the_job_goes_on_until_nobody_is_due():
    now = timezone.now()
    members = [make_seeker(now=now - HOUR) for _ in range(5)]

    search_in_place_of_bots()

    assert [len(times_of(member)) for member in members] == [1] * 5


@pytest.mark.usefixtures("small_looks")
def test_the_job_leaves_the_rest_when_its_time_is_up(monkeypatch):
    monkeypatch.setattr("botrunner.jobs.SEARCH_SECONDS", 0.0)
    members = [make_seeker(now=timezone.now() - HOUR) for _ in range(5)]

    search_in_place_of_bots()

    assert sum(len(times_of(member)) for member in members) == 2


@pytest.mark.usefixtures("small_looks")
def test_a_look_says_whether_it_left_something():
    members = [make_seeker() for _ in range(3)]

    assert search_for_members(NOW)
    assert not search_for_members(NOW)

    assert [row_of(member).count for member in members] == [1] * 3


@pytest.mark.usefixtures("small_looks")
def test_a_look_tells_the_digests_that_are_due():
    members = [make_seeker() for _ in range(3)]
    while search_for_members(NOW):
        pass

    looks = [search_for_members(NOW + HOUR + timedelta(seconds=number)) for number in range(3)]

    assert looks == [True, False, False]
    assert [len(told(member, "auto_search_found")) for member in members] == [1] * 3
