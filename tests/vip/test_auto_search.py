"""Auto-search: the choice, the searches, the wait it shares with the member's own."""

from datetime import timedelta
from random import Random

import pytest

from accounts.services import SYSTEM
from botrunner.clocks import list_clocks, search_for_members
from botrunner.perks import search_perks
from points.errors import SearchTooEarly, WalletFrozen
from points.models import Entry, ItemEntry, PointsSettings, Search
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
