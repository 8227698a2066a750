"""Auto-search: the choice, the searches, the wait it shares with the member's own."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from random import Random

import pytest

from accounts.services import SYSTEM, ban, delete_member, freeze, unfreeze
from botrunner.clocks import list_clocks, search_for_members
from botrunner.perks import search_perks
from points.errors import SearchTooEarly, WalletFrozen
from points.models import Entry, ItemEntry, PointsSettings, Search, Wallet
from points.selectors import bag_of, balance_of
from points.services import search, set_reminder, verify_ledger
from tests.factories import make_member
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
    set_limit,
    times_of,
)
from vip.dashboard import searched, searched_for
from vip.errors import AutoSearchNeedsVip
from vip.models import AutoSearch, AutoSearchDay, Membership
from vip.selectors import auto_search_standing
from vip.services import set_auto_search

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def press_search(member, now, key="own"):
    return search(member_id=member.pk, key=key, now=now, perks=search_perks(is_vip=True))


def test_who_switched_it_on_is_searched_for_at_once_and_whenever_the_wait_is_over():
    ann = make_seeker()

    look_all(NOW, 10 * WAIT, step=SECOND * 50)

    assert times_of(ann) == [NOW + number * WAIT for number in range(11)]


def test_the_clock_of_the_bot_loses_nothing_of_a_wait_and_a_job_each_minute_a_sixth():
    set_limit(1_000)
    ann, boris = make_seeker(), make_seeker(now=NOW + DAY)
    clocks = list_clocks()
    (seconds,) = (clock._seconds for clock in clocks if clock._look == search_for_members)
    for clock in clocks:
        clock.close()

    look_all(NOW, HOUR, step=timedelta(seconds=seconds))
    look_all(NOW + DAY, HOUR, step=timedelta(minutes=1))

    assert sum(time < NOW + HOUR for time in times_of(ann)) == 24
    assert sum(time < NOW + DAY + HOUR for time in times_of(boris)) == 20


def test_a_find_is_worth_what_vip_finds_by_hand():
    ann, boris = make_seeker(points=100), make_seeker()
    set_auto_search(member_id=ann.pk, is_on=False, now=NOW)

    by_hand = search(
        member_id=ann.pk, key="own", now=NOW, perks=search_perks(is_vip=True), chance=Random(4)
    )
    look(NOW, chance=Random(4))

    entry = Entry.objects.get(wallet=boris.pk)
    assert (entry.amount, entry.kind) == (by_hand.amount, Entry.Kind.SEARCH)
    assert entry.balance_after == balance_of(boris.pk) == by_hand.amount
    assert Search.objects.get(pk=boris.pk).ready_at == by_hand.ready_at


def test_many_members_are_searched_for_in_one_batch_and_the_ledger_stays_sound():
    members = [make_seeker(points=number) for number in range(7)]

    assert look(NOW, limit=4) == 4
    assert look(NOW, limit=4) == 3
    assert look(NOW, limit=4) == 0

    assert [len(times_of(member)) for member in members] == [1] * 7
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_items_are_found_by_the_same_odds_and_counted_for_the_digest():
    PointsSettings.objects.create(search_item_percent=100)
    ann = make_seeker()

    look(NOW)
    look(NOW + WAIT)

    assert row_of(ann).found_items == bag_of(ann.pk)
    assert sum(bag_of(ann.pk).values()) == ItemEntry.objects.filter(cause="search").count() == 2


def test_a_search_by_hand_moves_the_next_one_of_the_bot():
    ann = make_seeker()
    look(NOW)
    press_search(ann, NOW + WAIT + SECOND)

    look(NOW + WAIT + 2 * SECOND)
    assert len(times_of(ann)) == 1
    look(NOW + 2 * WAIT + SECOND)

    assert times_of(ann) == [NOW, NOW + 2 * WAIT + SECOND]


def test_the_bots_search_makes_the_member_wait_as_his_own_does():
    ann = make_seeker()
    look(NOW)

    with pytest.raises(SearchTooEarly):
        press_search(ann, NOW + WAIT - SECOND)

    assert press_search(ann, NOW + WAIT).count == 2


def test_the_bots_search_forgets_the_reminder_as_the_members_own_does():
    ann = make_seeker()
    look(NOW)
    set_reminder(member_id=ann.pk, count=1, is_on=True, now=NOW)

    look(NOW + WAIT)

    assert not Search.objects.get(pk=ann.pk).is_reminded


def test_who_waits_already_when_he_switches_it_on_keeps_waiting():
    ann = make_member()
    Membership.objects.create(member=ann, vip_until=NOW + DAY)
    press_search(ann, NOW)
    set_auto_search(member_id=ann.pk, is_on=True, now=NOW + SECOND)

    look(NOW + SECOND)
    assert times_of(ann) == []
    assert row_of(ann).due_at == NOW + WAIT


def test_it_comes_with_vip_only(state):
    ann, boris = make_member(), make_member()
    Membership.objects.create(member=boris, vip_until=NOW)
    before = state()

    for member in (ann, boris):
        with pytest.raises(AutoSearchNeedsVip):
            set_auto_search(member_id=member.pk, is_on=True, now=NOW)

    assert state() == before


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_who_is_frozen_cannot_switch_it_on(field):
    ann = make_member(**{field: NOW})
    Membership.objects.create(member=ann, vip_until=NOW + DAY)

    with pytest.raises(WalletFrozen):
        set_auto_search(member_id=ann.pk, is_on=True, now=NOW)

    assert not AutoSearch.objects.exists()


def test_switched_off_it_rests_and_a_repeat_changes_nothing():
    ann = make_seeker()
    for is_on in (False, False, True, True, False):
        set_auto_search(member_id=ann.pk, is_on=is_on, now=NOW)

    look_all(NOW, HOUR)

    assert times_of(ann) == []
    assert (row_of(ann).is_on, row_of(ann).due_at) == (False, None)


def test_switched_off_without_ever_having_been_on_leaves_no_row():
    set_auto_search(member_id=make_member().pk, is_on=False, now=NOW)

    assert not AutoSearch.objects.exists()


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
def test_who_is_frozen_is_passed_over_and_looked_at_once_an_hour(act):
    ann, boris = make_seeker(), make_seeker()
    act(member_id=ann.pk, actor=SYSTEM, reason="fraud", now=NOW)

    assert look(NOW) == 2
    assert look(NOW + WAIT) == 1

    assert (times_of(ann), len(times_of(boris))) == ([], 2)
    assert row_of(ann).due_at == NOW + HOUR


def test_unfrozen_it_goes_on_by_itself():
    ann = make_seeker()
    freeze(member_id=ann.pk, actor=SYSTEM, reason="fraud", now=NOW)
    look(NOW)
    unfreeze(member_id=ann.pk, actor=SYSTEM, reason="cleared", now=NOW)

    look_all(NOW, HOUR)

    assert times_of(ann) == [NOW + HOUR]


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


def test_the_day_counts_what_was_done_for_all():
    PointsSettings.objects.create(search_points_min=5, search_points_max=5)
    for _ in range(3):
        make_seeker()

    look(NOW)
    look(NOW + WAIT)
    look(NOW + DAY)

    first = NOW.date()
    assert searched(first, first + DAY) == {first: {"searches": 6, "points": 60}}
    assert AutoSearchDay.objects.get(day=first + DAY).searches == 3


def test_the_dashboard_counts_for_whom_it_searches():
    make_seeker()
    make_seeker(left=WAIT)
    set_auto_search(member_id=make_seeker().pk, is_on=False, now=NOW)
    look_all(NOW, 2 * WAIT)

    reading = searched_for(NOW + HOUR)

    assert (reading.value, reading.note) == (2, "1 rest without VIP")


def test_where_nobody_is_due_it_asks_two_questions():
    make_seeker()
    look(NOW)

    with at_most(2):
        look(NOW + SECOND)


def test_the_standing_of_who_never_chose():
    standing = auto_search_standing(make_member().pk, NOW)

    assert (standing.is_on, standing.used, standing.limit) == (False, 0, 60)
