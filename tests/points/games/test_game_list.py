"""The list of games in the dashboard: found by index, and nothing told that must stay hidden."""

from datetime import timedelta

import pytest
from django.db import connection

from points.admin.games import GameAdmin
from points.models import Game, Seat
from points.services import play_slots
from tests.factories import make_member
from tests.factories.games import make_game, refund, seat_in, settle
from tests.points.conftest import NOW
from tests.points.games.test_games_admin import LIST, listed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_member(points=500, first_name="<b>Ann", username="ann")


@pytest.fixture
def boris():
    return make_member(points=500, first_name="Boris", username="boris")


def test_filters_and_search_find_games(staff, ann, boris):
    client = staff("Junior")
    old, won = make_game(ann, now=NOW), make_game(boris, kind="slots", now=NOW)
    settle(old, {ann: ("loss", 0)}, now=NOW - timedelta(days=40))
    settle(won, {boris: ("win", 20)}, now=NOW)
    duel = make_game(ann, kind="duel", state="open", now=NOW)
    seat_in(duel, boris, stake=10, now=NOW)
    returned = refund(make_game(ann, kind="pot", state="open", now=NOW), now=NOW)
    period = {"finished_at_from_0": "2026-02-20"}

    assert listed(client) == [returned.pk, duel.pk, won.pk, old.pk]
    assert listed(client, kind__exact="duel") == [duel.pk]
    assert listed(client, state="unfinished") == listed(client, state="open") == [duel.pk]
    assert listed(client, state="refunded") == [returned.pk]
    assert set(listed(client, **period)) == {returned.pk, won.pk}
    assert listed(client, **period, kind__exact="slots") == [won.pk]
    assert listed(client, member=boris.pk) == listed(client, q="@boris") == [duel.pk, won.pk]
    assert listed(client, q=str(boris.telegram_id)) == [duel.pk, won.pk]
    assert listed(client, q=f"#{won.pk}") == [won.pk]
    assert listed(client, q="@nobody") == []
    assert "@boris" in text_of(client.get(LIST, {"member": boris.pk}))
    for odd in ("x", "٥", "9" * 40, "-1"):
        assert client.get(LIST, {"member": odd, "state": odd, "q": odd}).status_code == 200


def test_the_list_asks_the_database_as_often_for_many(staff, ann, django_assert_max_num_queries):
    client = staff("Junior")
    for number in range(55):
        play_slots(member_id=ann.pk, stake=1, operation_id=f"n{number}", now=NOW)

    with django_assert_max_num_queries(9):
        assert len(listed(client)) == 50


@pytest.fixture
def many():
    """Enough games, one a minute, that the database had better use its indexes."""
    members = [make_member() for _ in range(50)]
    games = Game.objects.bulk_create(
        Game(
            kind="duel" if number % 100 == 0 else "slots",
            state="settled",
            key=f"many:{number}",
            starter=members[number % 50],
            stake=1,
            created_at=NOW,
            finished_at=NOW - timedelta(minutes=number),
        )
        for number in range(5_000)
    )
    Seat.objects.bulk_create(
        Seat(
            game=game,
            member_id=game.starter_id,
            stake=1,
            outcome="loss",
            joined_at=NOW,
            finished_at=game.finished_at,
        )
        for game in games
    )
    with connection.cursor() as cursor:
        for table in ("points_game", "points_seat"):
            cursor.execute(f"ANALYZE {table}")
    return members


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"state": "open"}, "game_due"),
        ({"state": "refunded"}, "game_refunded"),
        ({"finished_at_to_0": "2026-02-26"}, "game_newest"),
        ({"kind__exact": "duel"}, "game_of_kind"),
        ({"member": "first"}, "Index Cond: (member_id ="),
    ],
)
def test_each_filter_goes_by_its_index(staff, many, query, index):
    client = staff("Junior")
    if "member" in query:
        query = {"member": many[0].pk}

    games = client.get(LIST, query).context["cl"].queryset

    assert index in games[:50].explain()


def test_there_is_no_export_of_games():
    assert not hasattr(GameAdmin, "export_action")
