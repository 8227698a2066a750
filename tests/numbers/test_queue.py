"""The queue of an empty pool: who came first is told first, once, and finds a number kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from accounts.services import COMMAND, delete_member
from numbers.errors import NoNumbers, TooManyLeases
from numbers.exports import export_member
from numbers.jobs import serve_queues
from numbers.models import Lease, Number, PoolWait
from numbers.selectors import count_free, find_wait, place_of
from numbers.services import (
    disable_batch,
    join_queue,
    lease_number,
    leave_queue,
    queue,
    serve_queue,
    undo_batch,
    verify_stock,
)
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.numbers import make_batch, make_lease, make_pool, minutes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def pool():
    """With nothing in it."""
    return make_pool()


def wait_in(pool, count=1, now=NOW):
    members = [make_member() for _ in range(count)]
    for member in members:
        join_queue(member_id=member.pk, pool_id=pool.pk, now=now)
    return members


def take(pool, member, now=NOW, key="k"):
    return lease_number(
        member_id=member.pk, pool_id=pool.pk, price=pool.price, key=f"{key}{member.pk}", now=now
    )


def list_told():
    rows = OutboxMessage.objects.filter(kind="numbers.free").order_by("pk")
    return list(rows.values_list("member_id", flat=True))


def place(pool, member):
    wait = find_wait(member.pk, pool.pk, NOW)
    return wait and place_of(wait)


def state():
    return (
        list(PoolWait.objects.order_by("pk").values()),
        list(Number.objects.order_by("pk").values()),
        Lease.objects.count(),
        list_told(),
    )


def test_a_member_has_one_place_in_a_pool_and_keeps_it(pool):
    first, second = wait_in(pool, 2)

    join_queue(member_id=first.pk, pool_id=pool.pk, now=NOW + minutes(5))

    assert (place(pool, first), place(pool, second)) == ((1, False), (2, False))


def test_a_place_moves_up_when_somebody_leaves(pool):
    first, second = wait_in(pool, 2)

    leave_queue(member_id=first.pk, pool_id=pool.pk)

    assert (place(pool, first), place(pool, second)) == (None, (1, False))
    assert leave_queue(member_id=first.pk, pool_id=pool.pk) is False


def test_a_place_is_counted_so_far_only(pool, monkeypatch):
    monkeypatch.setattr("numbers.selectors.PLACE_MAX", 2)
    members = wait_in(pool, 4)

    assert [place(pool, member) for member in members] == [
        (1, False),
        (2, False),
        (2, True),
        (2, True),
    ]


def test_those_who_came_first_are_told_first_and_once(pool):
    members = wait_in(pool, 3)
    make_batch(pool, free=2)

    assert (serve_queues(NOW), serve_queues(NOW)) == (2, 0)

    assert list_told() == [member.pk for member in members[:2]]
    assert count_free()[pool.pk] == 0
    assert place(pool, members[2]) == (1, False)


def test_what_is_held_for_one_is_nobody_elses(pool):
    (member,) = wait_in(pool)
    make_batch(pool, free=1)
    serve_queues(NOW)
    other, before = make_member(), state()

    with pytest.raises(NoNumbers):
        take(pool, other)

    assert state() == before
    assert take(pool, member).number.state == Number.State.LEASED
    assert not PoolWait.objects.exists()


def test_who_comes_for_a_number_himself_comes_after_those_who_wait(pool):
    """No job has run: the number is held for the one who waits in the same transaction."""
    (member,) = wait_in(pool)
    make_batch(pool, free=2)

    take(pool, make_member())

    assert list_told() == [member.pk]
    assert take(pool, member).number_id == Lease.objects.latest("pk").number_id
    with pytest.raises(NoNumbers):
        take(pool, make_member())


def test_when_more_wait_than_can_be_told_at_once_nobody_passes_them(pool, monkeypatch):
    monkeypatch.setattr(queue, "HELD_MAX", 1)
    wait_in(pool, 3)
    make_batch(pool, free=3)
    serve_queues(NOW)

    with pytest.raises(NoNumbers):
        take(pool, make_member())

    make_batch(pool, free=1)
    take(pool, make_member())
    assert len(list_told()) == 1


@pytest.mark.parametrize(
    ("elapsed", "is_his"), [(timedelta(minutes=3, microseconds=-1), True), (minutes(3), False)]
)
def test_a_hold_ends_by_itself(pool, elapsed, is_his):
    (member,) = wait_in(pool)
    make_batch(pool, free=1)
    serve_queues(NOW)
    other = make_member()

    if is_his:
        with pytest.raises(NoNumbers):
            take(pool, other, NOW + elapsed)
        take(pool, member, NOW + elapsed)
    else:
        take(pool, other, NOW + elapsed)

    assert Lease.objects.get().member_id == (member.pk if is_his else other.pk)


def test_who_did_not_come_waits_again_at_the_end(pool):
    late, next_one = wait_in(pool, 2)
    make_batch(pool, free=1)
    serve_queues(NOW)

    join_queue(member_id=late.pk, pool_id=pool.pk, now=NOW + minutes(3))
    serve_queues(NOW + minutes(3))

    assert list_told() == [late.pk, next_one.pk]
    assert place(pool, late) == (1, False)


def test_a_clock_set_back_holds_nothing_longer_and_tells_nobody_twice(pool):
    (member,) = wait_in(pool)
    make_batch(pool, free=1)
    serve_queues(NOW)

    serve_queues(NOW - timedelta(days=1))
    take(pool, member, NOW - timedelta(hours=1))

    assert list_told() == [member.pk]


def test_leaving_frees_what_was_held(pool):
    first, second = wait_in(pool, 2)
    make_batch(pool, free=1)
    serve_queues(NOW)

    leave_queue(member_id=first.pk, pool_id=pool.pk)
    serve_queues(NOW)

    assert list_told() == [first.pk, second.pk]
    assert verify_stock() == []


def test_a_refused_lease_leaves_what_is_held(pool):
    (member,) = wait_in(pool)
    make_lease(member=member, now=NOW)
    make_batch(pool, free=1)
    serve_queues(NOW)
    before = state()

    with pytest.raises(TooManyLeases):
        take(pool, member)

    assert state() == before


@pytest.mark.parametrize("act", [disable_batch, undo_batch])
def test_what_is_held_goes_with_its_batch(pool, act):
    (member,) = wait_in(pool)
    batch = make_batch(pool, free=1)
    serve_queues(NOW)

    act(batch_id=batch.pk, actor=COMMAND)

    with pytest.raises(NoNumbers):
        take(pool, member)
    assert verify_stock() == []


def test_who_cannot_be_told_holds_nobody_up(pool):
    blocked, banned, third = wait_in(pool, 3)
    Member.objects.filter(pk=blocked.pk).update(reachability=Member.Reachability.BLOCKED)
    Member.objects.filter(pk=banned.pk).update(banned_at=NOW)
    make_batch(pool, free=1)

    serve_queues(NOW)
    serve_queues(NOW)

    assert list_told() == [third.pk]
    assert PoolWait.objects.count() == 1


def test_a_pool_not_offered_has_no_queue(pool):
    (member,) = wait_in(pool)
    type(pool).objects.update(is_active=False)
    make_batch(pool, free=1)

    serve_queues(NOW)

    assert list_told() == []
    with pytest.raises(NoNumbers):
        join_queue(member_id=member.pk, pool_id=pool.pk, now=NOW)


def test_a_place_is_in_the_copy_of_his_data_and_goes_with_it(pool):
    (member,) = wait_in(pool)
    make_batch(pool, free=1)
    serve_queues(NOW)

    copy = export_member(member.pk)["waits_for_numbers"]
    delete_member(member_id=member.pk, actor=COMMAND, now=NOW, reason="asked")

    assert copy == [{"pool__name": pool.name, "joined_at": NOW}]
    assert not PoolWait.objects.exists()
    assert count_free()[pool.pk] == 1


# On PostgreSQL


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_jobs_members_and_strangers_at_once_share_each_number_once():
    pool, now = make_pool(), timezone.now()
    waiting, strangers = wait_in(pool, 30, now), [make_member() for _ in range(30)]
    make_batch(pool, free=20)

    def come(member):
        return lambda: take(pool, member, now)

    def serve():
        return serve_queue(pool_id=pool.pk, now=now)

    results = run_together(
        *[serve] * 4, *[come(member) for member in strangers], *[come(m) for m in waiting[:10]]
    )

    # Who found the last ones in other hands left them: the next who serves gives them away.
    serve()
    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, NoNumbers)]
    held = PoolWait.objects.exclude(held_number_id=None)
    taken = list(Lease.objects.values_list("number_id", flat=True))
    kept = list(held.values_list("held_number_id", flat=True))
    assert unexpected == []
    assert len({*taken, *kept}) == len(taken) + len(kept) == 20
    assert len(set(list_told())) == len(list_told())
    assert verify_stock() == []


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_jobs_tell_the_same_members(monkeypatch):
    """The control: then it is the message's key alone that tells nobody twice."""

    def next_unlocked(pool_id, limit):
        waiting = PoolWait.objects.filter(pool_id=pool_id, held_until__isnull=True)
        return list(waiting.select_related("member").order_by("pk")[:limit])

    monkeypatch.setattr(queue, "_lock_next", next_unlocked)
    pool, now = make_pool(), timezone.now()
    wait_in(pool, 10, now)
    make_batch(pool, free=40)

    results = run_together(*[lambda: serve_queue(pool_id=pool.pk, now=now)] * 4)

    assert sum(result for result in results if isinstance(result, int)) > 10
