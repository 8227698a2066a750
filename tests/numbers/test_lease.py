"""Taking a number: the price, the limits, the pool."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from numbers.errors import (
    LeasesOfDayUsed,
    NoNumbers,
    NumberPriceChanged,
    TooManyLeases,
)
from numbers.jobs import end_expired_leases
from numbers.models import Batch, Lease, Number, NumbersSettings
from numbers.services import change_number, drawing, lease_number
from points.errors import NotEnoughPoints, WalletFrozen
from points.models import Entry, Wallet
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, minutes
from tests.numbers.leases import NOW, balance, state
from vip.models import Membership

pytestmark = pytest.mark.django_db


def test_a_lease_holds_a_number_of_the_pool_for_fifteen_minutes():
    pool = make_pool(free=3)
    make_pool(free=3)

    lease = make_lease(pool=pool, now=NOW)

    assert (lease.number.pool_id, lease.expires_at) == (pool.pk, NOW + minutes(15))
    assert state(lease) == Number.State.LEASED


def test_the_price_is_taken_in_the_same_transaction():
    member = make_member(points=30)

    lease = make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)

    assert balance(member) == 10
    assert Entry.objects.get(key=f"lease:{lease.pk}").amount == -20


def test_too_few_points_change_nothing():
    member, pool = make_member(points=19), make_pool(free=1, price=20)

    with pytest.raises(NotEnoughPoints):
        make_lease(pool=pool, member=member)

    assert (balance(member), Lease.objects.count()) == (19, 0)
    assert pool.numbers.get().state == Number.State.FREE


def test_frozen_points_lease_nothing():
    member, pool = make_member(points=50), make_pool(free=1, price=20)
    type(member).objects.update(frozen_at=NOW)

    with pytest.raises(WalletFrozen):
        make_lease(pool=pool, member=member)

    assert Lease.objects.count() == 0


def test_a_repeated_key_gives_the_same_lease():
    pool, member = make_pool(free=2, price=5), make_member(points=50)

    leases = [make_lease(pool=pool, member=member, key="op:1:x", now=NOW) for _ in range(3)]

    assert len({lease.pk for lease in leases}) == 1
    assert balance(member) == 45


def test_a_repeated_key_gives_its_lease_though_the_pool_is_closed_by_now():
    pool, member = make_pool(free=1), make_member()
    lease = make_lease(pool=pool, member=member, key="op:1:x", now=NOW)
    type(pool).objects.update(is_active=False)

    assert make_lease(pool=pool, member=member, key="op:1:x", now=NOW).pk == lease.pk


def test_a_lease_is_five_statements(django_assert_num_queries, monkeypatch):
    """Wallet, all that is asked first, number, lease, entry; and the savepoint of the test."""
    member, pool = make_member(points=20), make_pool(free=5, price=20)
    # A draw beyond the last key looks twice.
    monkeypatch.setattr(drawing.secrets, "randbelow", lambda end: 0)

    with django_assert_num_queries(7):
        make_lease(pool=pool, member=member, now=NOW)


def test_a_changed_price_is_refused():
    pool = make_pool(free=1, price=5)

    with pytest.raises(NumberPriceChanged) as refused:
        make_lease(pool=pool, price=4)

    assert refused.value.params == {"quoted": 4, "price": 5}


@pytest.mark.parametrize("fields", [{"free": 0}, {"free": 1, "is_active": False}])
def test_an_empty_or_closed_pool_is_refused(fields):
    with pytest.raises(NoNumbers):
        make_lease(pool=make_pool(**fields))


def test_numbers_of_a_disabled_batch_are_not_drawn():
    pool = make_pool(free=1)
    pool.batches.update(state=Batch.State.DISABLED)

    with pytest.raises(NoNumbers):
        make_lease(pool=pool)


def test_one_number_at_once():
    member, pool = make_member(), make_pool(free=5)
    make_lease(pool=pool, member=member, now=NOW)

    with pytest.raises(TooManyLeases):
        make_lease(pool=pool, member=member, now=NOW)

    make_lease(pool=pool, member=member, now=NOW + minutes(15))
    assert Lease.objects.count() == 2


def test_vip_holds_three_at_once():
    member, pool = make_member(), make_pool(free=5)
    Membership.objects.create(member=member, vip_until=NOW + timedelta(days=1))
    for _ in range(3):
        make_lease(pool=pool, member=member, now=NOW)

    with pytest.raises(TooManyLeases):
        make_lease(pool=pool, member=member, now=NOW)


def test_so_many_leases_a_day():
    NumbersSettings.objects.create(leases_per_day=2)
    member, pool = make_member(), make_pool(free=5)
    for step in (0, 20):
        make_lease(pool=pool, member=member, now=NOW + minutes(step))

    with pytest.raises(LeasesOfDayUsed) as refused:
        make_lease(pool=pool, member=member, now=NOW + minutes(40))

    assert refused.value.params["next_at"] == NOW + timedelta(hours=24)

    make_lease(pool=pool, member=member, now=NOW + timedelta(hours=24))


def test_any_draws_over_all_pools_at_the_price():
    cheap = [make_pool(free=20), make_pool(free=20)]
    make_pool(free=20, price=9)

    leases = [
        lease_number(member_id=make_member().pk, pool_id=None, price=0, key=f"k{n}", now=NOW)
        for n in range(40)
    ]

    assert {lease.number.pool_id for lease in leases} == {pool.pk for pool in cheap}
    with pytest.raises(NoNumbers):
        lease_number(member_id=make_member().pk, pool_id=None, price=0, key="k41", now=NOW)


def test_the_database_itself_knows_one_holder_only():
    lease = make_lease(now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(
            number=lease.number,
            member=make_member(),
            key="second",
            started_at=NOW,
            expires_at=NOW + minutes(1),
        )


def test_points_are_neither_made_nor_lost():
    members = [make_member(points=100) for _ in range(5)]
    pool = make_pool(free=10, price=7)
    for member in members:
        lease = make_lease(pool=pool, member=member, now=NOW)
        change_number(member_id=member.pk, lease_id=lease.pk, price=7, key=f"c{member.pk}", now=NOW)
    end_expired_leases(NOW + minutes(20))

    assert Wallet.objects.aggregate(sum=Sum("balance"))["sum"] == 500
