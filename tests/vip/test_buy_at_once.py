"""Purchases that really happen at the same time, and what happens without the lock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from accounts.services import COMMAND
from points.errors import NotEnoughPoints
from points.models import Wallet
from tests.concurrency import run_together
from tests.factories import make_member
from vip.errors import PriceChanged
from vip.models import Grant, Membership, Plan
from vip.selectors import vip_until
from vip.services import Audience, Receipt, buy_plan, grant_vip, revoke_vip, save_plan

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
AT_ONCE = 20
DAY = timedelta(days=1)


@pytest.fixture
def plan():
    return Plan.objects.get(code="1d")


def press(member, plan, key):
    return lambda: buy_plan(
        member_id=member.pk, plan_id=plan.pk, quoted_price=plan.price, key=key, now=NOW
    )


def give(member, key):
    return lambda: grant_vip(
        audience=Audience.named([member.pk]),
        days=1,
        reason="Thanks",
        actor=COMMAND,
        key=key,
        now=NOW,
    )


@pytest.mark.parametrize("has_been_vip", [True, False])
def test_one_confirm_pressed_by_many_at_once_is_one_purchase(plan, has_been_vip):
    member = make_member(points=5_000)
    if has_been_vip:
        Membership.objects.create(member=member)

    receipts = run_together(*[press(member, plan, "op:1")] * AT_ONCE)

    assert {type(receipt) for receipt in receipts} == {Receipt}
    assert {(receipt.until, receipt.balance_after) for receipt in receipts} == {(NOW + DAY, 4_500)}
    assert sum(receipt.is_new for receipt in receipts) == 1
    assert Wallet.objects.get(pk=member.pk).balance == 4_500
    assert Grant.objects.count() == 1


def test_many_confirms_at_once_buy_what_the_points_reach(plan):
    member = make_member(points=1_600)

    results = run_together(*[press(member, plan, f"op:{n}") for n in range(AT_ONCE)])

    bought = [result for result in results if isinstance(result, Receipt)]
    refused = [result for result in results if isinstance(result, NotEnoughPoints)]
    assert (len(bought), len(refused)) == (3, AT_ONCE - 3)
    assert Wallet.objects.get(pk=member.pk).balance == 100
    assert vip_until(member.pk) == NOW + 3 * DAY
    assert {receipt.until for receipt in bought} == {NOW + n * DAY for n in (1, 2, 3)}


def test_grants_and_purchases_at_once_lose_no_day(plan):
    member = make_member(points=5_000)

    results = run_together(
        *[press(member, plan, f"op:{n}") for n in range(10)],
        *[give(member, f"act:{n}") for n in range(10)],
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert vip_until(member.pk) == NOW + 20 * DAY


def test_one_grant_confirmed_by_many_at_once_is_given_once():
    members = [make_member() for _ in range(5)]

    def give_all():
        return grant_vip(
            audience=Audience("all"),
            days=1,
            reason="Thanks",
            actor=COMMAND,
            key="act:1",
            now=NOW,
        )

    orders = run_together(*[give_all] * AT_ONCE)

    assert {(order.pk, order.granted) for order in orders} == {(orders[0].pk, 5)}
    assert {vip_until(member.pk) for member in members} == {NOW + DAY}


@pytest.fixture
def unlocked(monkeypatch):
    """The same statements, with the rows read and not locked."""
    monkeypatch.setattr(type(connection.features), "has_select_for_update", False)


def test_without_the_lock_presses_break_on_the_databases_own_rule(plan, unlocked):
    """The control: the trigger has the last word, but what was paid for is refused."""
    member = make_member(points=500 * AT_ONCE)
    Membership.objects.create(member=member)

    results = run_together(*[press(member, plan, f"op:{n}") for n in range(AT_ONCE)])

    assert any(isinstance(result, IntegrityError) for result in results)


def test_without_the_lock_a_grant_beside_purchases_loses_days(plan, unlocked):
    for attempt in range(20):
        member = make_member(points=500)
        Membership.objects.create(member=member)
        gifts = [give(member, f"act:{attempt}:{n}") for n in range(6)]
        run_together(press(member, plan, f"op:{attempt}"), *gifts)
        if vip_until(member.pk) - NOW < Grant.objects.filter(membership=member.pk).count() * DAY:
            return
    pytest.fail("the race did not show: the lock proves nothing")


def test_a_price_that_changes_beside_purchases_charges_nobody_another_than_he_saw(plan):
    members = [make_member(points=2_000) for _ in range(AT_ONCE)]
    dearer = Plan.objects.get(pk=plan.pk)
    dearer.price = 600

    results = run_together(
        *[press(member, plan, f"op:{member.pk}") for member in members[:10]],
        lambda: save_plan(dearer, actor=COMMAND),
        *[press(member, plan, f"op:{member.pk}") for member in members[10:]],
    )

    bought = [result for result in results if isinstance(result, Receipt)]
    refused = [result for result in results if isinstance(result, PriceChanged)]
    assert len(bought) + len(refused) == AT_ONCE
    assert {receipt.price for receipt in bought} <= {500}
    assert {refusal.params["price"] for refusal in refused} <= {600}
    balances = Wallet.objects.filter(pk__in=[member.pk for member in members])
    assert sum(balances.values_list("balance", flat=True)) == 2_000 * AT_ONCE - 500 * len(bought)


def test_vip_taken_back_beside_purchases_leaves_what_was_bought_after_it(plan):
    member = make_member(points=5_000)
    Membership.objects.create(member=member, vip_until=NOW + 9 * DAY)

    def revoke():
        return revoke_vip(member_id=member.pk, reason="x", actor=COMMAND, key="r", now=NOW)

    results = run_together(
        *[press(member, plan, f"op:{n}") for n in range(5)],
        revoke,
        *[press(member, plan, f"op:{n}") for n in range(5, 10)],
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    revoked = Grant.objects.get(kind="revoked")
    after = Grant.objects.filter(membership=member.pk, pk__gt=revoked.pk).count()
    assert vip_until(member.pk) == NOW + after * DAY
    assert Wallet.objects.get(pk=member.pk).balance == 0
