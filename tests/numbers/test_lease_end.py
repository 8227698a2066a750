"""Release, change, extension and expiry: who pays, who is refunded, what becomes of the number."""

import pytest

from accounts.models import OutboxMessage
from numbers.errors import (
    AlreadyExtended,
    LeaseOver,
    NoNumbers,
)
from numbers.jobs import end_expired_leases
from numbers.models import Number, NumbersSettings
from numbers.services import change_number, extend_lease, release_lease
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, minutes
from tests.numbers.leases import NOW, balance, sms_came, state

pytestmark = pytest.mark.django_db


def test_a_release_without_sms_refunds_and_rests_the_number():
    member = make_member(points=20)
    lease = make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)

    release_lease(member_id=member.pk, lease_id=lease.pk, now=NOW + minutes(1))

    number = Number.objects.get(pk=lease.number_id)
    assert balance(member) == 20
    assert (number.state, number.rests_until) == (Number.State.RESTING, NOW + minutes(61))


def test_after_an_sms_the_number_is_used_and_nothing_is_refunded():
    member = make_member(points=20)
    lease = make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)
    sms_came(lease, NOW + minutes(1))

    release_lease(member_id=member.pk, lease_id=lease.pk, now=NOW + minutes(2))

    assert (balance(member), state(lease)) == (0, Number.State.USED)


def test_a_lease_is_released_once():
    lease = make_lease(now=NOW)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)

    with pytest.raises(LeaseOver):
        release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)


@pytest.mark.parametrize("act", [extend_lease, release_lease])
def test_another_members_lease_is_out_of_reach(act):
    lease = make_lease(now=NOW)

    with pytest.raises(LeaseOver):
        act(member_id=make_member().pk, lease_id=lease.pk, now=NOW)

    lease.refresh_from_db()
    assert (lease.ended_at, lease.extended_at) == (None, None)


def test_a_lease_is_extended_once():
    lease = make_lease(now=NOW)

    longer = extend_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW + minutes(14))

    assert longer.expires_at == NOW + minutes(30)
    with pytest.raises(AlreadyExtended):
        extend_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW + minutes(14))


def test_what_is_over_is_not_extended():
    lease = make_lease(now=NOW)

    with pytest.raises(LeaseOver):
        extend_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW + minutes(15))


def test_a_change_gives_another_number_of_the_pool():
    pool = make_pool(free=2)
    old = make_lease(pool=pool, now=NOW)

    new = change_number(member_id=old.member_id, lease_id=old.pk, price=0, key="c", now=NOW)

    old.refresh_from_db()
    assert new.number_id != old.number_id
    assert (old.end, state(old), state(new)) == ("changed", "resting", "leased")


def test_a_change_without_sms_costs_the_price_once():
    member = make_member(points=20)
    old = make_lease(pool=make_pool(free=2, price=20), member=member, now=NOW)

    change_number(member_id=member.pk, lease_id=old.pk, price=20, key="c", now=NOW)

    assert balance(member) == 0


def test_a_change_that_finds_nothing_leaves_the_number():
    NumbersSettings.objects.create(quarantine_minutes=0)
    lease = make_lease(pool=make_pool(free=1), now=NOW)

    with pytest.raises(NoNumbers):
        change_number(member_id=lease.member_id, lease_id=lease.pk, price=0, key="c", now=NOW)

    lease.refresh_from_db()
    assert (lease.ended_at, state(lease)) == (None, Number.State.LEASED)


def test_a_repeated_change_gives_the_same_number():
    old = make_lease(pool=make_pool(free=5), now=NOW)
    terms = {"member_id": old.member_id, "lease_id": old.pk, "price": 0, "key": "c", "now": NOW}

    assert change_number(**terms).pk == change_number(**terms).pk


def test_expiry_refunds_tells_and_rests_the_number_once():
    member = make_member(points=20)
    lease = make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)

    counts = [end_expired_leases(NOW + minutes(step)) for step in (14, 15, 16)]

    lease.refresh_from_db()
    assert counts == [0, 1, 0]
    assert (lease.end, lease.ended_at, balance(member)) == ("expired", NOW + minutes(15), 20)
    assert OutboxMessage.objects.filter(kind="lease.expired").count() == 1
    assert state(lease) == Number.State.RESTING


def test_expiry_after_an_sms_refunds_nothing():
    member = make_member(points=20)
    lease = make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)
    sms_came(lease, NOW + minutes(1))

    end_expired_leases(NOW + minutes(20))

    assert (balance(member), state(lease)) == (0, Number.State.USED)


def test_a_frozen_member_is_refunded_all_the_same():
    member = make_member(points=20)
    make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)
    type(member).objects.update(frozen_at=NOW)

    end_expired_leases(NOW + minutes(20))

    assert balance(member) == 20
