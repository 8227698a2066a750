from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import OutboxMessage
from numbers.errors import (
    AlreadyExtended,
    LeaseOver,
    LeasesOfDayUsed,
    NoNumbers,
    NumberPriceChanged,
    TooManyLeases,
)
from numbers.jobs import end_expired_leases, free_rested_numbers
from numbers.models import Batch, Lease, Number, NumbersSettings
from numbers.services import (
    SmsArrival,
    change_number,
    extend_lease,
    lease_number,
    receive_sms,
    release_lease,
)
from points.errors import NotEnoughPoints, WalletFrozen
from points.models import Entry, Wallet
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, make_provider, minutes
from vip.models import Membership

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def balance(member):
    return Wallet.objects.get(pk=member.pk).balance


def state(lease):
    return Number.objects.get(pk=lease.number_id).state


def sms_came(lease, at):
    arrival = SmsArrival(
        message_id=f"m{lease.pk}",
        to_e164=lease.number.e164,
        sender="Example",
        text="482913",
        received_at=at,
    )
    receive_sms(make_provider(f"p{lease.pk}"), arrival, now=at)


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

    with pytest.raises(LeasesOfDayUsed):
        make_lease(pool=pool, member=member, now=NOW + minutes(40))

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


# The end of a lease


def test_a_release_without_sms_refunds_and_rests_the_number():
    member = make_member(points=20)
    lease = make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)

    release_lease(member_id=member.pk, lease_id=lease.pk, now=NOW + minutes(1))

    number = Number.objects.get(pk=lease.number_id)
    assert balance(member) == 20
    assert (number.state, number.rests_until) == (Number.State.RESTING, NOW + minutes(61))


def test_a_release_draws_a_new_key():
    lease = make_lease(now=NOW)
    before = Number.objects.get(pk=lease.number_id).draw_key

    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)

    assert Number.objects.get(pk=lease.number_id).draw_key != before


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


def test_a_number_rests_until_its_quarantine_is_over():
    pool = make_pool(free=1)
    lease = make_lease(pool=pool, now=NOW)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)

    with pytest.raises(NoNumbers):
        make_lease(pool=pool, now=NOW + minutes(59))

    assert free_rested_numbers(NOW + minutes(59)) == 0
    assert free_rested_numbers(NOW + minutes(60)) == 1
    assert state(lease) == Number.State.FREE


def test_a_clock_set_back_cuts_no_quarantine_short():
    pool = make_pool(free=1)
    lease = make_lease(pool=pool, now=NOW)

    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW - timedelta(days=1))

    with pytest.raises(NoNumbers):
        make_lease(pool=pool, now=NOW + minutes(59))
    assert free_rested_numbers(NOW + minutes(60)) == 1


def test_a_draw_needs_no_job_to_have_run():
    """Time was up, the quarantine is over, and no job has run since."""
    pool = make_pool(free=1, price=20)
    first, second = make_member(points=20), make_member(points=20)
    old = make_lease(pool=pool, member=first, now=NOW)

    new = make_lease(pool=pool, member=second, now=NOW + minutes(75))

    assert new.number_id == old.number_id
    # The first holder's refund waits for the job, and is not lost.
    end_expired_leases(NOW + minutes(76))
    assert (balance(first), balance(second)) == (20, 0)


def test_a_draw_without_jobs_still_keeps_the_quarantine():
    pool = make_pool(free=1)
    make_lease(pool=pool, now=NOW)

    with pytest.raises(NoNumbers):
        make_lease(pool=pool, now=NOW + minutes(74))


def test_rested_numbers_of_a_disabled_batch_stay_out():
    pool = make_pool(free=1)
    lease = make_lease(pool=pool, now=NOW)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)
    pool.batches.update(state=Batch.State.DISABLED)

    assert free_rested_numbers(NOW + minutes(61)) == 0


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
