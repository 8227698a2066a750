from datetime import timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from points.errors import KeyReused, NothingToOpen, WalletFrozen
from points.models import Entry, ItemEntry
from points.selectors import balance_of, count_jackpots
from points.services import jackpots, open_jackpots
from tests.concurrency import run_together
from tests.factories import give_item, make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def open_some(member, count=1, key="o", now=NOW, **more):
    return open_jackpots(member_id=member.pk, count=count, key=key, now=now, **more)


def make_owner(quantity, **fields):
    member = make_member()
    give_item(member, "jackpot", quantity)
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()
    return member


def test_a_jackpot_holds_what_its_odds_say():
    drawn = {25: 0, 50: 0, 100: 0}
    for seed in range(20):
        opening = open_some(make_owner(100), 100, key=f"o{seed}", chance=Random(seed))
        for points, times in opening.outcome.items():
            drawn[points] += times

    assert sum(drawn.values()) == 2000
    assert [round(drawn[points] / 20) for points in (25, 50, 100)] == pytest.approx(
        [50, 35, 15], abs=4
    )


def test_opening_one_pays_it_and_leaves_the_rest():
    ann = make_owner(3)

    opening = open_some(ann)

    assert (opening.count, opening.left, count_jackpots(ann.pk)) == (1, 2, 2)
    assert opening.points == opening.balance_after == balance_of(ann.pk)
    entry = Entry.objects.get()
    assert (entry.kind, entry.note) == ("jackpot", "1")


def test_opening_all_is_one_entry_with_its_outcome():
    ann = make_owner(40)

    opening = open_some(ann, 40)

    assert (opening.count, opening.left) == (40, 0)
    assert sum(points * times for points, times in opening.outcome.items()) == opening.points
    assert Entry.objects.get().amount == opening.points


def test_more_than_there_are_opens_what_there_is():
    assert open_some(make_owner(2), 5).count == 2


def test_one_press_opens_no_more_than_its_bound(monkeypatch):
    monkeypatch.setattr(jackpots, "OPENED_MAX", 3)

    opening = open_some(make_owner(5), 5)

    assert (opening.count, opening.left) == (3, 2)


@pytest.mark.parametrize("jump", [timedelta(), DAY, -DAY])
def test_the_same_key_opens_once_whatever_the_clock(state, jump):
    ann = make_owner(3)
    first = open_some(ann, 2)
    before = state()

    assert open_some(ann, 2, now=NOW + jump) == first
    assert state() == before


def test_a_key_of_another_member_is_refused(state):
    ann, boris = make_owner(1), make_owner(1)
    open_some(ann)
    before = state()

    with pytest.raises(KeyReused):
        open_some(boris)

    assert state() == before


@pytest.mark.parametrize("count", [1, 0, -1])
def test_an_empty_bag_or_nothing_asked_opens_nothing(state, count):
    ann = make_member() if count == 1 else make_owner(1)
    before = state()

    with pytest.raises(NothingToOpen):
        open_some(ann, count)

    assert state() == before


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_a_frozen_or_banned_member_opens_nothing(state, field):
    ann = make_owner(1, **{field: NOW})
    before = state()

    with pytest.raises(WalletFrozen):
        open_some(ann)

    assert state() == before


def test_opening_needs_few_queries():
    ann = make_owner(2)

    with at_most(10):
        open_some(ann)


def test_the_database_holds_no_negative_quantity():
    ann = make_owner(1)

    with pytest.raises(IntegrityError):
        give_item(ann, "jackpot", -2)


INSERT = """
    INSERT INTO points_itementry (item_id, change, quantity_after, cause, key, outcome,
        actor_label, note, created_at)
    SELECT id, {change}, {after}, 'gift', 'k', '{{}}', '', '', '2026-01-01' FROM points_item
"""


def execute(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_entry_moves_its_item():
    ann = make_owner(3)

    execute(INSERT.format(change=-2, after=1))

    assert count_jackpots(ann.pk) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE points_itementry SET change = 9",
        "DELETE FROM points_itementry",
        "UPDATE points_item SET quantity = quantity + 1",
        "UPDATE points_item SET quantity = 0",
        "INSERT INTO points_item (member_id, kind, quantity)"
        " SELECT member_id, 'multiplier_x2', 1 FROM points_item",
        INSERT.format(change=2, after=2),
        INSERT.format(change=-4, after=-1),
        INSERT.format(change=0, after=3),
    ],
)
def test_the_database_refuses_what_the_history_does_not_explain(state, sql):
    make_owner(3)
    before = state()

    with pytest.raises(DatabaseError):
        execute(sql)

    assert state() == before


class AnyCourse(TestCase):
    @examples(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["give", "open"]), st.integers(1, 9), st.integers(1, 4)),
            max_size=15,
        )
    )
    def test_entries_explain_the_bag_and_each_key_acts_once(self, course):
        ann, held, seen = make_member(), 0, set()

        for act, count, number in course:
            key = f"{act}:{ann.pk}:{number}"
            if act == "give":
                give_item(ann, "jackpot", count, key=key)
                held += 0 if key in seen else count
            elif key in seen or held:
                opening = open_some(ann, count, key)
                held -= 0 if key in seen else opening.count
            else:
                continue
            seen.add(key)

        assert count_jackpots(ann.pk) == held
        moved = ItemEntry.objects.filter(item__member=ann).aggregate(sum=Sum("change"))["sum"]
        assert (moved or 0) == held


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_open_one_jackpot_once():
    ann = make_owner(1)

    results = run_together(
        lambda: open_some(ann, key="a"),
        lambda: open_some(ann, key="b"),
        lambda: open_some(ann, key="a"),
    )

    assert count_jackpots(ann.pk) == 0
    assert Entry.objects.filter(wallet=ann.pk).count() == 1
    assert any(isinstance(result, NothingToOpen) for result in results)
