"""Orders for more than one transaction holds: begun, continued, broken off, cancelled."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry, Member, OutboxMessage
from accounts.services import COMMAND, web_actor
from tests.factories import make_member
from tests.queries import at_most
from vip.audience import Kind
from vip.errors import NotVip
from vip.jobs import purge_drafts, wake_stopped_orders, work_on_order
from vip.models import Grant, GrantOrder, Membership
from vip.selectors import preview_grant, preview_revoke, vip_until
from vip.services import (
    Audience,
    cancel_order,
    claim_stopped_orders,
    continue_order,
    grant_vip,
    revoke_many,
)
from vip.words import say_left

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
EVERYONE = Audience(Kind.ALL)


@pytest.fixture(autouse=True)
def _chunks_of_three(monkeypatch):
    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 3)


@pytest.fixture
def members():
    return [make_member() for _ in range(10)]


def begin(*, audience=EVERYONE, days=7, actor=COMMAND, key="act:1") -> GrantOrder:
    return grant_vip(audience=audience, days=days, reason="Birthday", actor=actor, key=key, now=NOW)


def step(order, now=NOW + SECOND) -> GrantOrder:
    return continue_order(order_id=order.pk, now=now)


def finish(order, now=NOW + SECOND) -> GrantOrder:
    while (order := step(order, now)).is_running:
        pass
    return order


def days_given(members) -> list[int]:
    """The days of each member's grants, one after the other."""
    rows = Grant.objects.filter(membership__in=[member.pk for member in members])
    return list(rows.order_by("membership", "pk").values_list("days", flat=True))


def test_a_large_order_is_begun_and_gives_nothing_yet(members):
    order = begin()

    assert order.is_running
    assert order.meant == 10
    assert not Grant.objects.exists()
    assert not AuditEntry.objects.exists()


def test_each_step_gives_to_as_many_as_one_transaction_may_hold(members):
    order = begin()

    reached = [step(order).reached for _ in range(4)]

    assert reached == [3, 6, 9, 10]
    assert not GrantOrder.objects.get().is_running


def test_at_its_end_everybody_was_given_once_and_told(members):
    order = finish(begin())

    assert days_given(members) == [7] * 10
    assert {vip_until(member.pk) for member in members} == {NOW + SECOND + 7 * DAY}
    told = OutboxMessage.objects.filter(kind="vip.granted").values_list("member", flat=True)
    assert sorted(told) == [member.pk for member in members]
    assert (order.granted, order.skipped) == (10, 0)


def test_the_audit_has_one_entry_for_the_whole_order(members):
    actor = web_actor(get_user_model().objects.create(username="chief"))

    finish(begin(actor=actor))

    audit = AuditEntry.objects.get()
    assert (audit.action, audit.origin, audit.actor_label) == ("vip.grant", "web", "chief")
    assert (audit.details["granted"], audit.reason) == (10, "Birthday")


def test_nobody_is_told_before_he_was_given(members):
    order = begin()

    step(order)

    told = OutboxMessage.objects.values_list("member", flat=True)
    assert sorted(told) == [member.pk for member in members[:3]]
    assert all(vip_until(pk) for pk in told)


def test_who_ordered_it_is_told_that_it_is_over(members):
    user = get_user_model().objects.create(username="chief", is_staff=True)
    chief = make_member(staff_user=user)

    order = finish(begin(actor=web_actor(user)))

    report = OutboxMessage.objects.get(kind="vip.order_over")
    assert (report.member_id, report.params) == (chief.pk, {"order": order.pk})


def test_a_small_order_needs_no_report(members):
    user = get_user_model().objects.create(username="chief", is_staff=True)
    make_member(staff_user=user)

    begin(actor=web_actor(user), audience=Audience.named([members[0].pk]))

    assert not OutboxMessage.objects.filter(kind="vip.order_over").exists()


def test_the_same_order_given_again_goes_on_where_it_is(members):
    order = begin()
    step(order)

    again = begin()

    assert (again.pk, again.reached) == (order.pk, 3)
    assert GrantOrder.objects.count() == 1


def test_a_finished_order_does_nothing_more(members):
    order = finish(begin())

    step(order)
    begin()

    assert days_given(members) == [7] * 10
    assert AuditEntry.objects.count() == 1


def test_a_step_that_fails_leaves_nothing_and_is_done_anew(members):
    order = begin()
    step(order)

    def fail(execute, sql, params, many, context):
        if sql.startswith("UPDATE vip_membership"):
            raise RuntimeError("killed")
        return execute(sql, params, many, context)

    with pytest.raises(RuntimeError), connection.execute_wrapper(fail):
        step(order)
    assert (Grant.objects.count(), OutboxMessage.objects.count()) == (3, 3)

    finish(order)
    assert days_given(members) == [7] * 10


def test_who_joins_after_the_start_is_not_meant(members):
    order = begin()
    step(order)
    late = make_member()

    order = finish(order)

    assert vip_until(late.pk) is None
    assert order.granted == 10


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


def test_what_was_bought_meanwhile_is_added_to(members):
    order = begin()
    Membership.objects.create(member=members[8], vip_until=NOW + 30 * DAY)

    finish(order)

    assert vip_until(members[8].pk) == NOW + 37 * DAY


def test_an_audience_is_judged_as_of_the_start(members):
    Membership.objects.bulk_create(
        Membership(member=member, vip_until=NOW + SECOND) for member in members[:8]
    )
    order = begin(audience=Audience(Kind.VIP))

    # By now the VIP of all of them has ended.
    order = finish(order, now=NOW + timedelta(hours=1))

    assert (order.meant, order.granted) == (8, 8)
    assert vip_until(members[0].pk) == NOW + timedelta(hours=1) + 7 * DAY


def test_who_never_was_vip_is_counted_before_he_becomes_it(members):
    order = finish(begin(audience=Audience(Kind.NEVER)))

    assert (order.granted, order.skipped) == (10, 0)


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

    monkeypatch.setattr("vip.jobs.TURN_SECONDS", -1.0)
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
        assert wake_stopped_orders(later) == 1
        assert wake_stopped_orders(later) == 0
    assert [job.args for job in get_queue("low").jobs] == [(order.pk,)]


def test_an_order_that_runs_or_is_over_is_not_woken(members):
    order = begin()
    step(order)

    assert claim_stopped_orders(NOW + timedelta(seconds=30)) == []
    finish(order)
    assert claim_stopped_orders(NOW + timedelta(hours=1)) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_redis_an_order_waits_for_the_sweep(members, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"}
        for name, queue in settings.RQ_QUEUES.items()
    }

    order = begin()

    assert claim_stopped_orders(NOW + timedelta(minutes=2)) == [order.pk]


def test_an_order_that_runs_is_no_draft_to_be_dropped(members):
    begin()

    assert purge_drafts(NOW + 30 * DAY) == 0


def test_a_large_order_that_can_give_nobody_ends_with_nothing(members):
    Member.objects.update(banned_at=NOW)

    order = finish(begin())

    assert (order.granted, order.skipped) == (0, 10)


def test_the_preview_says_that_it_will_be_done_in_the_background(members):
    assert preview_grant(EVERYONE, days=7, now=NOW).is_large
    assert not preview_grant(
        Audience.named(member.pk for member in members[:3]), days=7, now=NOW
    ).is_large


def test_a_step_takes_as_many_queries_for_many_as_for_few(members, monkeypatch):
    order = begin()
    with at_most(12):
        step(order)

    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 7)
    with at_most(16):
        step(order)
    assert GrantOrder.objects.get().reached == 10


def make_vips(count):
    members = [make_member() for _ in range(count)]
    Membership.objects.bulk_create(
        Membership(member=member, vip_until=NOW + 3 * DAY) for member in members
    )
    return members


def revoke(audience=EVERYONE, key="act:1") -> GrantOrder:
    return revoke_many(audience=audience, reason="Cheating", actor=COMMAND, key=key, now=NOW)


def test_vip_is_taken_from_several_with_history_notice_and_audit():
    ann, bob = make_vips(2)
    other = make_vips(1)[0]

    order = revoke(Audience.named([ann.pk, bob.pk]))

    assert [vip_until(member.pk) for member in (ann, bob)] == [NOW, NOW]
    assert vip_until(other.pk) == NOW + 3 * DAY
    history = Grant.objects.values_list("kind", "days", "until_before", "until_after", "reason")
    assert set(history) == {("revoked", None, NOW + 3 * DAY, NOW, "Cheating")}
    assert OutboxMessage.objects.filter(kind="vip.revoked").count() == 2
    assert AuditEntry.objects.get().action == "vip.revoke"
    assert (order.granted, order.days) == (2, 0)


def test_vip_is_taken_from_very_many_chunk_by_chunk():
    members = make_vips(8)

    order = finish(revoke(Audience(Kind.VIP)))

    assert {vip_until(member.pk) for member in members} == {NOW + SECOND}
    assert (order.granted, order.skipped) == (8, 0)


def test_vip_is_taken_from_the_banned_too_and_who_has_none_is_counted():
    banned, never = make_vips(1)[0], make_member()
    Member.objects.filter(pk=banned.pk).update(banned_at=NOW)
    audience = Audience.named([banned.pk, never.pk])

    preview = preview_revoke(audience, now=NOW)
    order = revoke(audience)

    assert (order.granted, order.skipped) == (preview.granted, preview.skipped) == (1, 1)
    assert vip_until(banned.pk) == NOW
    assert not Membership.objects.filter(pk=never.pk).exists()


def test_revoking_under_one_key_revokes_once():
    (ann,) = make_vips(1)
    audience = Audience.named([ann.pk])
    revoke(audience)
    grant_vip(audience=audience, days=3, reason="Sorry", actor=COMMAND, key="act:2", now=NOW)

    revoke(audience)

    assert vip_until(ann.pk) == NOW + 3 * DAY


def test_revoking_from_nobody_who_has_any_is_refused():
    with pytest.raises(NotVip):
        revoke(Audience.named([make_member().pk]))

    assert not GrantOrder.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89, "89 s"), (90, "2 min"), (5_399, "90 min"), (5_400, "2 h"), (90_000, "25 h")],
)
def test_the_time_left_is_said_in_one_unit(seconds, words):
    assert say_left(timedelta(seconds=seconds)) == words
