"""What games make and burn by day, and what the house wins on each kind."""

from datetime import timedelta

import pytest

from points.services import transfer
from project.charts import COLORS
from project.dashboard import list_charts
from tests.factories import make_member
from tests.factories.games import make_game, refund, seat_in, settle, switch_on
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture
def read():
    def call(name):
        [chart] = [chart for chart in list_charts() if chart.name == name]
        return chart.read(TODAY, TODAY + timedelta(days=1))

    return call


@pytest.fixture
def day():
    """One game of each sort; the house keeps 30, pays 10 and 10 for a multiplier."""
    ann, boris = make_member(points=500), make_member(points=500)
    settle(make_game(ann, kind="slots", stake=30, now=NOW), {ann: ("loss", 0)}, now=NOW)
    duel = make_game(ann, kind="duel", state="open", now=NOW)
    seat_in(duel, boris, stake=10, now=NOW)
    settle(duel, {ann: ("loss", 0), boris: ("win", 20)}, now=NOW)
    switch_on(boris, 2, now=NOW)
    settle(make_game(boris, now=NOW), {boris: ("win", 20)}, now=NOW)
    refund(make_game(ann, kind="pot", state="open", now=NOW), now=NOW)
    settle(make_game(ann, now=NOW), {ann: ("loss", 0)}, now=NOW + timedelta(days=1))
    # What lies in a game is not gone, and what is sent is not new.
    make_game(ann, kind="pot", state="open", stake=100, now=NOW)
    transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=7, key="t", now=NOW)


def only(figures):
    return {name: figure for name, figure in figures[TODAY].items() if figure}


def test_games_that_were_played_count_by_kind(day, read):
    assert only(read("points.games_played")) == {"slots": 1, "duel": 1, "roulette": 1}


def test_the_house_wins_what_it_keeps_and_loses_what_it_adds(day, read):
    assert only(read("points.house_result")) == {"slots": 30, "roulette": -20}


def test_turnover_is_what_was_staked_and_paid(day, read):
    assert read("points.games_turnover") == {TODAY: {"staked": 60, "paid": 50}}


def test_games_make_and_burn_their_net_alone(day, read):
    supply = read("points.supply")[TODAY]

    # The members' own points and levels come beside them, at their own times.
    assert supply["burnt"] == 30
    assert supply["minted"] % 25 == 20


def test_a_chart_has_a_color_for_each_of_its_series():
    assert all(len(chart.series) <= len(COLORS) for chart in list_charts())
