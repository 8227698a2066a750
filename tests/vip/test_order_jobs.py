"""Who works on an order: a worker, the sweep after a fall, nobody once it is cancelled."""

from datetime import timedelta

import pytest

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry, Member
from accounts.services import COMMAND
from project.words import say_left
from tests.vip.orders import DAY, NOW, SECOND, begin, days_given, finish, step
from vip.jobs import purge_drafts, wake_quiet_orders, work_on_order
from vip.models import GrantOrder
from vip.selectors import vip_until
from vip.services import cancel_order, claim_quiet_orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chunks_of_three")]


def test_who_is_banned_or_gone_when_his_turn_comes_is_left_out_and_counted(members):
    order = begin()
    step(order)
    Member.objects.filter(pk=members[1].pk).update(banned_at=NOW)
    Member.objects.filter(pk=members[5].pk).update(banned_at=NOW)
    Member.objects.filter(pk=members[9].pk).update(anonymised_at=NOW)

    order = finish(order)

    assert (order.granted, order.skipped) == (8, 2)
    assert vip_until(members[1].pk) is not None
    assert vip_until(members[5].pk) is None
    assert vip_until(members[9].pk) is None


def test_cancelling_leaves_the_rest_undone_and_keeps_what_was_done(members):
    order = begin()
    step(order)

    order = cancel_order(order_id=order.pk, reason="Wrong", actor=COMMAND, now=NOW + 2 * SECOND)
    step(order)

    assert (order.is_cancelled, order.is_running) == (True, False)
    assert days_given(members) == [7] * 3
    actions = AuditEntry.objects.order_by("pk").values_list("action", "reason")
    assert list(actions) == [("vip.order.cancel", "Wrong"), ("vip.grant", "Birthday")]
    assert AuditEntry.objects.get(action="vip.grant").details["granted"] == 3


def test_cancelling_what_is_over_changes_nothing(members):
    order = finish(begin())

    order = cancel_order(order_id=order.pk, reason="Wrong", actor=COMMAND, now=NOW)

    assert not order.is_cancelled
    assert AuditEntry.objects.count() == 1


def test_cancelling_needs_a_reason(members):
    order = begin()

    with pytest.raises(ReasonRequired):
        cancel_order(order_id=order.pk, reason=" ", actor=COMMAND, now=NOW)

    assert GrantOrder.objects.get().is_running


def test_a_job_works_until_the_end(members):
    order = begin()

    work_on_order(order.pk)

    assert not GrantOrder.objects.get().is_running
    assert days_given(members) == [7] * 10


@pytest.mark.valkey
def test_the_start_wakes_a_worker(members, django_capture_on_commit_callbacks):
    from django_rq import get_queue

    with django_capture_on_commit_callbacks(execute=True):
        order = begin()

    (job,) = get_queue("low").jobs
    assert (job.func_name, job.args) == ("vip.jobs.work_on_order", (order.pk,))


@pytest.mark.valkey
def test_what_is_left_after_a_turn_is_queued_again(
    members, monkeypatch, django_capture_on_commit_callbacks
):
    from django_rq import get_queue

    monkeypatch.setattr("project.long_jobs.TURN_SECONDS", -1.0)
    order = begin()

    with django_capture_on_commit_callbacks(execute=True):
        work_on_order(order.pk)

    assert GrantOrder.objects.get().reached == 3
    assert [job.args for job in get_queue("low").jobs] == [(order.pk,)]


@pytest.mark.valkey
def test_an_order_that_stopped_is_woken_once_a_minute(members, django_capture_on_commit_callbacks):
    from django_rq import get_queue

    order = begin()
    step(order)
    later = NOW + timedelta(minutes=2)

    with django_capture_on_commit_callbacks(execute=True):
        assert wake_quiet_orders(later) == 1
        assert wake_quiet_orders(later) == 0
    assert [job.args for job in get_queue("low").jobs] == [(order.pk,)]


def test_an_order_that_runs_or_is_over_is_not_woken(members):
    order = begin()
    step(order)

    assert claim_quiet_orders(NOW + timedelta(seconds=30)) == []
    finish(order)
    assert claim_quiet_orders(NOW + timedelta(hours=1)) == []


def test_an_order_is_woken_though_the_clock_was_set_back(members):
    order = begin()

    assert claim_quiet_orders(NOW - timedelta(hours=1)) == [order.pk]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_redis_an_order_waits_for_the_sweep(members, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"}
        for name, queue in settings.RQ_QUEUES.items()
    }

    order = begin()

    assert claim_quiet_orders(NOW + timedelta(minutes=2)) == [order.pk]


def test_an_order_that_runs_is_no_draft_to_be_dropped(members):
    begin()

    assert purge_drafts(NOW + 30 * DAY) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89, "89 s"), (90, "2 min"), (5_399, "90 min"), (5_400, "2 h"), (90_000, "25 h")],
)
def test_the_time_left_is_said_in_one_unit(seconds, words):
    assert say_left(timedelta(seconds=seconds)) == words
