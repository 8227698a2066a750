from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import OutboxMessage
from points.errors import SearchTooEarly, WalletFrozen
from points.models import Entry, PointsSettings, Search
from points.selectors import bag_of, balance_of, is_reminder_due
from points.services import Perks, search, set_reminder
from points.services.search import ITEM_KINDS
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

COOLDOWN, SECOND, DAY = timedelta(seconds=300), timedelta(seconds=1), timedelta(days=1)
VIP = Perks(points_factor=2, cooldown_divisor=2)


def find(member, now=NOW, key="k1", **more):
    return search(member_id=member.pk, key=key, now=now, **more)


def test_a_search_finds_five_to_ten_points():
    found = [find(make_member(), key=f"k{seed}", chance=Random(seed)).amount for seed in range(60)]

    assert set(found) == {5, 6, 7, 8, 9, 10}


def test_a_search_tells_the_balance_and_what_comes_next():
    ann = make_member(points=100)

    found = find(ann, chance=Random(1))

    assert found.balance_after == balance_of(ann.pk) == 100 + found.amount
    assert (found.count, found.ready_at, found.is_reminded) == (1, NOW + COOLDOWN, False)


def test_the_perks_of_vip_double_the_find_and_halve_the_wait():
    plain = find(make_member(), key="a", chance=Random(5))
    vip = find(make_member(), key="b", chance=Random(5), perks=VIP)

    assert vip.amount == 2 * plain.amount
    assert vip.ready_at == NOW + COOLDOWN / 2


def test_the_same_key_finds_once_whatever_the_clock(state):
    ann = make_member()
    first = find(ann)
    before = state()

    repeats = [find(ann, NOW + jump) for jump in (SECOND, DAY, -DAY)]

    assert repeats == [first] * 3
    assert state() == before


@pytest.mark.parametrize("wait", [timedelta(), COOLDOWN - SECOND, -SECOND, -DAY])
def test_too_early_finds_nothing_and_says_when(state, wait):
    ann = make_member()
    find(ann)
    before = state()

    with pytest.raises(SearchTooEarly) as caught:
        find(ann, NOW + wait, key="k2")

    assert caught.value.params["ready_at"] == NOW + COOLDOWN
    assert caught.value.params["wait"] == COOLDOWN - wait
    assert state() == before


def test_after_the_wait_there_is_more_to_find():
    ann = make_member()
    find(ann)

    assert find(ann, NOW + COOLDOWN, key="k2").count == 2


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_a_frozen_or_banned_member_finds_nothing(state, field):
    ann = make_member(**{field: NOW})
    before = state()

    with pytest.raises(WalletFrozen):
        find(ann)

    assert state() == before


def test_the_numbers_are_the_owners():
    PointsSettings.objects.create(
        search_points_min=70, search_points_max=70, search_cooldown_seconds=20
    )

    found = find(make_member())

    assert (found.amount, found.ready_at) == (70, NOW + timedelta(seconds=20))


@pytest.mark.parametrize(("percent", "count"), [(0, 0), (100, 1)])
def test_a_search_may_find_an_item_once(percent, count):
    PointsSettings.objects.create(search_item_percent=percent)
    ann = make_member()

    finds = [find(ann), find(ann, NOW + DAY)]

    assert sum(bag_of(ann.pk).values()) == count
    assert [found.item for found in finds] == ([*bag_of(ann.pk)] or [""]) * 2


def test_which_item_is_found_follows_its_odds():
    PointsSettings.objects.create(search_item_percent=100)
    chance = Random(3)

    found = Counter(find(make_member(), key=f"i{n}", chance=chance).item for n in range(300))

    assert [round(found[kind] / 3) for kind in ITEM_KINDS] == pytest.approx([60, 30, 10], abs=7)


def test_one_in_twenty_five_searches_finds_an_item():
    ann, chance = make_member(), Random(1)

    found = [
        bool(find(ann, NOW + number * COOLDOWN, key=f"n{number}", chance=chance).item)
        for number in range(400)
    ]

    assert 6 <= sum(found) <= 28
    assert sum(bag_of(ann.pk).values()) == sum(found)


@pytest.mark.parametrize(("least", "most"), [(11, 10), (0, 10)])
def test_a_range_without_a_find_is_refused(least, most):
    numbers = PointsSettings(search_points_min=least, search_points_max=most)

    with pytest.raises(ValidationError):
        numbers.full_clean()
    with pytest.raises(IntegrityError):
        numbers.save()


def test_a_search_needs_few_queries():
    PointsSettings.objects.create(search_item_percent=0)
    ann = make_member()
    find(ann)

    with at_most(7):
        find(ann, NOW + COOLDOWN, key="k2")


class AnyClock(TestCase):
    @examples(max_examples=30, deadline=None)
    @given(st.lists(st.integers(-86_400, 86_400), max_size=12))
    def test_no_clock_gives_two_finds_in_one_wait(self, jumps):
        ann = make_member()
        now, found_at = NOW, []

        for number, jump in enumerate(jumps):
            now += timedelta(seconds=jump)
            try:
                find(ann, now, key=f"h{ann.pk}.{number}")
            except SearchTooEarly:
                continue
            found_at.append(now)

        gaps = [later - earlier for earlier, later in zip(found_at, found_at[1:], strict=False)]
        assert all(gap >= COOLDOWN for gap in gaps)
        assert Entry.objects.filter(wallet=ann.pk).count() == len(found_at)


def remind(member, *, is_on=True, count=1, now=NOW):
    return set_reminder(member_id=member.pk, count=count, is_on=is_on, now=now)


def test_a_reminder_is_queued_once_for_the_end_of_the_wait():
    ann = make_member()
    find(ann)

    for is_on in (True, True, False, True):
        remind(ann, is_on=is_on)

    message = OutboxMessage.objects.get()
    assert (message.kind, message.due_at) == ("points.search_ready", NOW + COOLDOWN)
    assert message.params == {"count": 1}
    assert is_reminder_due(ann.pk, 1)


def test_a_reminder_taken_back_is_not_due():
    ann = make_member()
    find(ann)
    remind(ann)

    remind(ann, is_on=False)

    assert not is_reminder_due(ann.pk, 1)


def test_the_next_search_forgets_the_reminder():
    ann = make_member()
    find(ann)
    remind(ann)

    find(ann, NOW + COOLDOWN, key="k2")

    assert not is_reminder_due(ann.pk, 1) and not is_reminder_due(ann.pk, 2)


@pytest.mark.parametrize(("count", "now"), [(2, NOW), (0, NOW), (1, NOW + COOLDOWN)])
def test_a_reminder_of_another_or_a_past_wait_changes_nothing(state, count, now):
    ann = make_member()
    find(ann)
    before = state()

    remind(ann, count=count, now=now)

    assert state() == before


def test_a_frozen_member_is_not_reminded(state):
    ann = make_member()
    find(ann)
    ann.frozen_at = NOW
    ann.save()
    before = state()

    with pytest.raises(WalletFrozen):
        remind(ann)

    assert state() == before


def test_who_never_searched_is_not_reminded():
    assert remind(make_member()) is None
    assert not Search.objects.exists()
