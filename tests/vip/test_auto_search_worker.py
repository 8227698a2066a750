"""The worker of auto-search: outages, frozen wallets, jumps of the clock, kills and faults."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest

from accounts.services import SYSTEM, ban, delete_member, freeze, unfreeze
from points.models import PointsSettings, Wallet
from tests.queries import at_most
from tests.vip.auto_searches import (
    DAY,
    HOUR,
    NOW,
    WAIT,
    look,
    look_all,
    make_seeker,
    row_of,
    times_of,
)
from vip.models import AutoSearch

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def test_after_an_outage_there_is_one_search_and_the_next_a_wait_later():
    members = [make_seeker() for _ in range(5)]
    look(NOW)
    back = NOW + 5 * HOUR

    while look(back, limit=2):
        pass
    assert look(back + WAIT - SECOND) == 0
    look(back + WAIT)

    assert [times_of(member) for member in members] == [[NOW, back, back + WAIT]] * 5


@pytest.mark.parametrize("act", [freeze, ban])
def test_who_is_frozen_is_passed_over_and_looked_at_every_five_minutes(act):
    ann, boris = make_seeker(), make_seeker()
    act(member_id=ann.pk, actor=SYSTEM, reason="fraud", now=NOW)

    assert look(NOW) == 2
    assert look(NOW + WAIT) == 1

    assert (times_of(ann), len(times_of(boris))) == ([], 2)
    assert row_of(ann).due_at == NOW + timedelta(minutes=5)


def test_unfrozen_it_goes_on_by_itself_within_five_minutes():
    ann = make_seeker()
    freeze(member_id=ann.pk, actor=SYSTEM, reason="fraud", now=NOW)
    look(NOW)
    unfreeze(member_id=ann.pk, actor=SYSTEM, reason="cleared", now=NOW)

    look_all(NOW, timedelta(minutes=6))

    assert times_of(ann) == [NOW + timedelta(minutes=5)]


def test_who_has_his_data_deleted_is_forgotten():
    ann = make_seeker()
    look(NOW)

    delete_member(member_id=ann.pk, actor=SYSTEM, now=NOW)

    assert look(NOW + DAY) == 0
    assert not AutoSearch.objects.exists()


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_jumps_brings_no_second_find(jump):
    """Set forward it finds one search later; set back it only makes the wait longer."""
    ann = make_seeker()
    look(NOW)

    look(NOW + jump)
    look(NOW + jump)
    look(NOW + SECOND)

    assert times_of(ann) == ([NOW, NOW + DAY] if jump > timedelta() else [NOW])


def test_a_number_that_was_used_already_is_passed_by():
    """The unique key of each search is the last word, whatever the row of the member says."""
    ann = make_seeker()
    look(NOW)
    AutoSearch.objects.filter(pk=ann.pk).update(count=0)

    look(NOW + WAIT)
    assert len(times_of(ann)) == 1
    look(NOW + WAIT)

    assert times_of(ann) == [NOW, NOW + WAIT]
    assert row_of(ann).count == 2


def test_killed_between_the_search_and_its_note_nothing_has_happened(monkeypatch, state):
    ann = make_seeker()
    before = state()

    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("vip.services.auto_search.searching._note", kill)
        with pytest.raises(Killed):
            look(NOW)
    assert state() == before

    look(NOW)
    assert times_of(ann) == [NOW]


def test_one_member_whose_search_fails_keeps_nobody_waiting(monkeypatch):
    """His entry does not continue his balance: the database refuses the whole batch."""
    ann, boris, clara = (make_seeker() for _ in range(3))
    _break_balance(monkeypatch, boris.pk)

    look(NOW)

    assert [len(times_of(member)) for member in (ann, boris, clara)] == [1, 0, 1]
    assert row_of(boris).due_at > NOW


def _break_balance(monkeypatch, member_id):
    """What is read of one member's balance is wrong."""
    search_many = import_module("points.services.search_many")
    hold = search_many._hold

    def held(member_ids):
        for seeker in hold(member_ids):
            is_wrong = seeker.member_id == member_id
            yield replace(seeker, balance=seeker.balance + 1) if is_wrong else seeker

    monkeypatch.setattr(search_many, "_hold", held)


def test_a_batch_needs_few_queries():
    PointsSettings.objects.create(search_item_percent=0)
    for _ in range(20):
        make_seeker()
    look(NOW)

    with at_most(10):
        look(NOW + WAIT)

    assert Wallet.objects.filter(balance__gt=0).count() == 20
