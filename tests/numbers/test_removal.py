"""A large batch leaves the stock by a job; what members have held stays for the history."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import COMMAND
from numbers.errors import BatchBusy, BatchLeased, BatchUsed
from numbers.jobs import work_on_batch
from numbers.models import Batch, Number
from numbers.services import (
    begin_removal,
    cancel_job,
    continue_removal,
    delete_batch,
    disable_batch,
    release_lease,
    removal,
)
from tests.factories.numbers import make_lease, make_pool

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(removal, "REMOVED_AT_ONCE_MAX", 4)
    monkeypatch.setattr("project.long_jobs.PAUSE_SECONDS", 0)


@pytest.fixture
def batch():
    return make_pool(free=10).batches.get()


def begin(batch, *, is_undo=False):
    return begin_removal(
        batch_id=batch.pk, is_undo=is_undo, actor=COMMAND, now=timezone.now(), is_watched=True
    )


def release(lease):
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=lease.started_at)


@pytest.mark.parametrize("is_disabled", [False, True])
def test_a_batch_goes_chunk_by_chunk(batch, is_disabled):
    if is_disabled:
        disable_batch(batch_id=batch.pk, actor=COMMAND)
    job = begin(batch, is_undo=True)
    continue_removal(job_id=job.pk, now=timezone.now())
    assert batch.numbers.count() == 6

    work_on_batch(job.pk)

    batch.refresh_from_db()
    assert (batch.numbers.count(), batch.state) == (0, "deleted")
    assert AuditEntry.objects.get(action="numbers.delete_batch").details["count"] == 10


def test_what_was_held_stays_out_of_the_draw(batch):
    lease = make_lease(pool=batch.pool)
    release(lease)
    Number.objects.filter(pk=lease.number_id).update(state="free", rests_until=None)

    work_on_batch(begin(batch).pk)

    assert list(batch.numbers.values_list("pk", "state")) == [(lease.number_id, "disabled")]


def test_what_a_member_takes_meanwhile_stays_his(batch):
    job = begin(batch)
    continue_removal(job_id=job.pk, now=timezone.now())
    lease = make_lease(pool=batch.pool)

    work_on_batch(job.pk)

    assert list(batch.numbers.values_list("pk", "state")) == [(lease.number_id, "leased")]


def test_while_a_member_holds_a_number_it_does_not_begin(batch):
    lease = make_lease(pool=batch.pool)

    with pytest.raises(BatchLeased):
        begin(batch)
    # It would be refused after the lease too: nobody is told to wait.
    with pytest.raises(BatchUsed):
        begin(batch, is_undo=True)
    release(lease)
    with pytest.raises(BatchUsed):
        begin(batch, is_undo=True)

    assert not batch.jobs.exists()
    assert batch.numbers.count() == 10


def test_one_removal_at_a_time(batch):
    begin(batch)

    with pytest.raises(BatchBusy):
        begin(batch)
    with pytest.raises(BatchBusy):
        delete_batch(batch_id=batch.pk, actor=COMMAND, now=timezone.now())

    assert batch.jobs.count() == 1


def test_cancelled_it_leaves_what_is_left(batch):
    job = begin(batch)
    continue_removal(job_id=job.pk, now=timezone.now())

    cancel_job(job_id=job.pk, actor=COMMAND, now=timezone.now())
    work_on_batch(job.pk)

    assert (batch.numbers.count(), Batch.objects.get().state) == (6, "active")
