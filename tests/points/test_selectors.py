import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from points.models import Entry
from points.selectors import (
    HISTORY_PAGE,
    Board,
    Standing,
    history_page,
    leaders,
    standing_of,
)
from tests.factories import make_member
from tests.points.boards import make_xp
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def test_history_is_walked_both_ways_without_a_gap():
    ann = make_member()
    for _ in range(2 * HISTORY_PAGE + 1):
        make_points(ann)
    ids = list(Entry.objects.filter(wallet_id=ann.pk).order_by("-pk").values_list("pk", flat=True))

    first = history_page(ann.pk)
    second = history_page(ann.pk, before=first.older)
    third = history_page(ann.pk, before=second.older)
    back = history_page(ann.pk, after=third.newer)

    walked = [entry.pk for page in (first, second, third) for entry in page.entries]
    assert walked == ids
    assert back == second
    assert (first.newer, third.older) == (0, 0)
    assert history_page(ann.pk, after=second.newer).newer == 0


def make_points(member):
    from tests.factories import give_points

    give_points(member, 1)


def test_an_empty_history_is_one_empty_page():
    page = history_page(make_member().pk)

    assert (page.entries, page.older, page.newer) == ([], 0, 0)


def test_history_shows_only_its_member():
    ann, boris = make_member(points=1), make_member(points=2)

    assert [entry.wallet_id for entry in history_page(ann.pk).entries] == [ann.pk]
    assert history_page(boris.pk).entries[0].amount == 2


def test_leaders_are_the_richest_ten_without_staff_banned_and_gone():
    user = get_user_model().objects.create(username="boss")
    make_member(points=999, staff_user=user)
    for fields in ({"banned_at": NOW}, {"anonymised_at": NOW}):
        _make_rich(999, **fields)
    rich = [make_member(points=points) for points in range(120, 108, -1)]

    found = leaders()

    assert [leader.member for leader in found] == rich[:10]
    assert [leader.rank for leader in found] == list(range(1, 11))
    assert standing_of(rich[11]) == Standing(109, 12)


def _make_rich(points, **fields):
    member = make_member(points=points)
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()
    return member


def test_equal_balances_share_a_rank():
    members = [make_member(points=points) for points in (50, 40, 40, 30)]

    assert [leader.rank for leader in leaders()] == [1, 2, 2, 4]
    assert [standing_of(member).rank for member in members] == [1, 2, 2, 4]


@pytest.mark.parametrize("field", ["banned_at", "anonymised_at"])
def test_who_holds_no_rank_has_none(field):
    assert standing_of(_make_rich(50, **{field: NOW})) == Standing(50, None)


def test_leaders_by_xp_are_others_than_the_richest():
    make_member(points=999)
    make_xp(5000, banned_at=NOW)
    members = [make_xp(xp) for xp in (700, 300, 300, 20, 0)]

    assert [(leader.member, leader.rank) for leader in leaders(Board.XP)] == list(
        zip(members[:4], [1, 2, 2, 4], strict=True)
    )
    assert [standing_of(member, Board.XP).rank for member in members] == [1, 2, 2, 4, None]


def test_who_has_earned_no_xp_has_no_place():
    assert standing_of(make_member(), Board.XP) == Standing(0, None)


def test_a_standing_is_one_query():
    ann = make_xp(50)

    with at_most(1):
        standing_of(ann, Board.XP)
    with at_most(1):
        standing_of(ann)


@pytest.mark.sqlite
def test_the_cap_is_summed_on_its_own_index():
    from points.services.transfer import _READ

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {_READ}", [NOW.isoformat(), 1, 1])
        plan = str(cursor.fetchall())

    assert "entry_sent" in plan
