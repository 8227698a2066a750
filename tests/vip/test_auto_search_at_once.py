"""Workers, members and sales at the same moment, each with a connection of its own."""

from functools import partial
from importlib import import_module
from threading import Barrier, Event

import pytest
from django.db import OperationalError, transaction

from accounts.services import SYSTEM, delete_member
from botrunner.perks import search_perks
from points.errors import SearchTooEarly
from points.models import Entry, Search
from points.services import search, verify_ledger
from tests.concurrency import PATIENCE_SECONDS, run_together, wait_for_waiters
from tests.factories import give_points
from tests.vip.auto_searches import DAY, NOW, WAIT, look, make_seeker, row_of, times_of
from vip.models import AutoSearch, Plan
from vip.services import buy_plan

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

searching = import_module("vip.services.auto_search.searching")
choice = import_module("vip.services.auto_search.choice")
claims = import_module("vip.services.auto_search.claims")


def work(limit=7):
    while look(NOW, limit=limit):
        pass


def press_search(member):
    return search(member_id=member.pk, key="own", now=NOW, perks=search_perks(is_vip=True))


def claim_beside(other: Barrier):
    """Which members a worker takes while another one has taken his."""
    with transaction.atomic():
        taken = {row.member_id for row in searching.claim_due(NOW, 3)}
        other.wait(PATIENCE_SECONDS)
        return taken


def claim_twice():
    other = Barrier(2)
    return run_together(partial(claim_beside, other), partial(claim_beside, other))


def test_two_workers_take_different_members():
    for _ in range(6):
        make_seeker()

    first, second = claim_twice()

    assert len(first) == len(second) == 3 and not first & second


def test_control_unlocked_both_take_the_same(monkeypatch):
    for _ in range(6):
        make_seeker()
    monkeypatch.setattr(searching, "claim_lock", str)

    first, second = claim_twice()

    assert first == second


def test_four_workers_search_once_for_each():
    members = [make_seeker() for _ in range(40)]

    faults = [result for result in run_together(*[work] * 4) if result is not None]

    # Whom a worker left at the end because another held him at that moment.
    work()
    assert faults == []
    assert [times_of(member) for member in members] == [[NOW]] * 40
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_without_any_lock_the_key_of_the_search_is_the_last_word(monkeypatch):
    """Two workers that both take everybody: each is credited once all the same."""
    members = [make_seeker() for _ in range(5)]
    search_many = import_module("points.services.search_many")
    monkeypatch.setattr(searching, "claim_lock", str)
    monkeypatch.setattr(search_many, "_LOCK_ROWS", "")

    run_together(*[partial(look, NOW)] * 2)

    assert [times_of(member) for member in members] == [[NOW]] * 5
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


@pytest.fixture
def held_before_commit(monkeypatch):
    """A worker that has searched and noted it commits only once somebody waits for him."""
    is_noted, note = Event(), searching._note

    def note_and_wait(done, now):
        note(done, now)
        is_noted.set()
        wait_for_waiters()

    monkeypatch.setattr(searching, "_note", note_and_wait)
    return is_noted


def after(is_noted: Event, call):
    assert is_noted.wait(PATIENCE_SECONDS)
    return call()


def test_the_members_own_search_at_the_same_moment_comes_too_early(held_before_commit):
    ann = make_seeker()

    own = run_together(
        partial(look, NOW), partial(after, held_before_commit, partial(press_search, ann))
    )[1]

    assert isinstance(own, SearchTooEarly)
    assert Search.objects.get(pk=ann.pk).count == Entry.objects.filter(wallet=ann.pk).count() == 1


def hold_own_search(member, is_held: Event, is_over: Event):
    with transaction.atomic():
        press_search(member)
        is_held.set()
        assert is_over.wait(PATIENCE_SECONDS)


def look_beside(is_held: Event, is_over: Event):
    assert is_held.wait(PATIENCE_SECONDS)
    try:
        return look(NOW)
    finally:
        is_over.set()


def test_a_worker_passes_over_who_is_searching_himself_and_waits_for_nobody():
    ann, boris = make_seeker(), make_seeker()
    is_held, is_over = Event(), Event()

    run_together(
        partial(hold_own_search, ann, is_held, is_over), partial(look_beside, is_held, is_over)
    )

    assert (times_of(ann), times_of(boris)) == ([], [NOW])
    look(NOW + searching.BUSY_PAUSE)
    assert (times_of(ann), row_of(ann).due_at) == ([], NOW + WAIT)


@pytest.fixture
def held_at_rest(monkeypatch):
    """A worker that has laid members to rest commits only once somebody waits for him."""
    is_resting, find = Event(), searching._find_limited

    def find_and_wait(rows, now):
        is_resting.set()
        wait_for_waiters()
        return find(rows, now)

    monkeypatch.setattr(searching, "_find_limited", find_and_wait)
    return is_resting


def buy(member):
    plan = Plan.objects.get(code="1d")
    return buy_plan(member_id=member.pk, plan_id=plan.pk, quoted_price=500, key="k", now=NOW + WAIT)


def test_vip_bought_while_a_worker_lays_it_to_rest_wakes_it(held_at_rest):
    ann = make_seeker(left=WAIT)
    give_points(ann, 500)

    run_together(partial(look, NOW + WAIT), partial(after, held_at_rest, partial(buy, ann)))

    assert row_of(ann).due_at == NOW + WAIT


def test_control_a_sale_that_looks_for_resting_ones_only_wakes_nobody(monkeypatch):
    ann = make_seeker(left=WAIT)
    give_points(ann, 500)
    monkeypatch.setattr(choice, "_WAKE", f"{choice._WAKE} AND due_at IS NULL")
    is_resting, is_bought, find = Event(), Event(), searching._find_limited

    def find_once_bought(rows, now):
        is_resting.set()
        assert is_bought.wait(PATIENCE_SECONDS)
        return find(rows, now)

    def buy_and_say():
        buy(ann)
        is_bought.set()

    monkeypatch.setattr(searching, "_find_limited", find_once_bought)

    run_together(partial(look, NOW + WAIT), partial(after, is_resting, buy_and_say))

    assert row_of(ann).due_at is None


def test_who_deletes_his_data_while_he_is_searched_for_locks_nobody_up(held_before_commit):
    ann = make_seeker()

    results = run_together(
        partial(look, NOW),
        partial(
            after,
            held_before_commit,
            partial(delete_member, member_id=ann.pk, actor=SYSTEM, now=NOW + DAY),
        ),
    )

    assert results == [1, None]
    assert not AutoSearch.objects.exists()


def test_a_raised_limit_wakes_in_chunks_and_keeps_nobody_waiting_for_the_last(monkeypatch):
    monkeypatch.setattr(choice, "CHUNK", 2)
    people = [make_seeker() for _ in range(5)]
    AutoSearch.objects.update(due_at=NOW + DAY)
    is_held, is_woken = Event(), []

    def hold_the_last():
        with transaction.atomic():
            AutoSearch.objects.select_for_update().get(pk=people[-1].pk)
            is_held.set()
            wait_for_waiters(1)
            is_woken.extend(row_of(person).due_at == NOW for person in people)

    run_together(hold_the_last, partial(after, is_held, partial(choice.hurry_auto_searches, NOW)))

    assert is_woken == [True, True, True, True, False]
    assert {row_of(person).due_at for person in people} == {NOW}


def meet_half_way():
    """A raised limit and the waking of many, again and again over rows in every order."""
    people = [make_seeker() for _ in range(40)]
    for person in people[::2]:
        AutoSearch.objects.filter(pk=person.pk).update(due_at=NOW + DAY)

    def wake_many():
        for _ in range(25):
            with transaction.atomic():
                choice.wake_auto_searches(0, people[-1].pk, NOW)

    def raise_limit():
        for _ in range(25):
            with transaction.atomic():
                choice.hurry_auto_searches(NOW)
                AutoSearch.objects.filter(pk__in=[people[0].pk, people[7].pk]).update(
                    due_at=NOW + DAY
                )

    return run_together(wake_many, wake_many, raise_limit, work)


def test_a_raised_limit_and_an_order_of_vip_do_not_wait_in_a_circle():
    assert meet_half_way() == [None] * 4


def test_control_locked_in_opposite_orders_they_lock_each_other_up():
    people = [make_seeker() for _ in range(2)]
    other = Barrier(2)

    def lock(first, second):
        with transaction.atomic():
            choice.wake_auto_search(first.pk, NOW)
            other.wait(PATIENCE_SECONDS)
            choice.wake_auto_search(second.pk, NOW)

    results = run_together(partial(lock, *people), partial(lock, *people[::-1]))

    assert sum(isinstance(result, OperationalError) for result in results) == 1
