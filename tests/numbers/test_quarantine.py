"""A number rests before it is anybody's again, whether the jobs run or not."""

from datetime import timedelta

import pytest

from numbers.errors import (
    NoNumbers,
)
from numbers.jobs import end_expired_leases, free_rested_numbers
from numbers.models import Batch, Number
from numbers.services import release_lease
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, minutes
from tests.numbers.leases import NOW, balance, state

pytestmark = pytest.mark.django_db


def test_a_release_draws_a_new_key():
    lease = make_lease(now=NOW)
    before = Number.objects.get(pk=lease.number_id).draw_key

    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)

    assert Number.objects.get(pk=lease.number_id).draw_key != before


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
