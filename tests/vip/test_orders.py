"""Orders for more than one transaction holds: begun, continued, broken off."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from accounts.models import AuditEntry, Member, OutboxMessage
from accounts.services import web_actor
from tests.factories import make_member
from tests.queries import at_most
from tests.vip.orders import DAY, EVERYONE, NOW, SECOND, begin, days_given, finish, step
from vip.audience import Kind
from vip.models import Grant, GrantOrder, Membership
from vip.selectors import preview_grant, vip_until
from vip.services import Audience

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chunks_of_three")]


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
