from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from points.errors import KeyReused, NotEnoughPoints, WalletFrozen
from points.models import Entry, Wallet
from points.services import Cause, debit, lock_wallet
from project.errors import Refusal
from tests.factories import give_points, make_member
from tests.queries import at_most
from vip.errors import PriceChanged, UnknownPlan, VipTooLong
from vip.models import VIP_UNTIL_MAX, Grant, Membership, Plan
from vip.selectors import vip_until
from vip.services import buy_plan

pytestmark = pytest.mark.django_db


def one_day() -> Plan:
    return Plan.objects.get(code="1d")


def buy(member, plan=None, *, key="op:1", now=None, price=None):
    plan = plan or one_day()
    return buy_plan(
        member_id=member.pk,
        plan_id=plan.pk,
        quoted_price=plan.price if price is None else price,
        key=key,
        now=now or timezone.now(),
    )


def holdings(member):
    """All that a purchase may change."""
    return (
        Wallet.objects.get(pk=member.pk).balance,
        vip_until(member.pk),
        Entry.objects.filter(wallet=member.pk).count(),
        Grant.objects.filter(membership=member.pk).count(),
    )


def refuse(member, refusal: type[Refusal], **purchase):
    """Tries to buy: refused, and nothing is changed."""
    before = holdings(member)

    with pytest.raises(refusal) as caught:
        buy(member, **purchase)

    assert holdings(member) == before
    return caught.value


def test_a_purchase_debits_the_price_and_starts_vip():
    member, now = make_member(points=700), timezone.now()

    receipt = buy(member, now=now)

    assert holdings(member)[:2] == (200, now + timedelta(days=1))
    assert (receipt.until, receipt.balance_after) == (now + timedelta(days=1), 200)


def test_a_purchase_leaves_an_entry_and_a_grant_that_name_each_other():
    member = make_member(points=500)

    buy(member, key="op:7")

    grant = Grant.objects.get(key="op:7")
    assert (grant.entry.key, grant.entry.kind, grant.entry.amount) == ("op:7", "vip", -500)
    assert (grant.kind, grant.days, grant.price, grant.until_before) == ("purchase", 1, 500, None)


def test_purchases_stack():
    member, now = make_member(points=1_000), timezone.now()

    buy(member, key="op:1", now=now)
    buy(member, key="op:2", now=now + timedelta(hours=1))

    assert vip_until(member.pk) == now + timedelta(days=2)


def test_after_vip_has_ended_a_purchase_counts_from_now():
    member, now = make_member(points=500), timezone.now()
    Membership.objects.create(member=member, vip_until=now - timedelta(microseconds=1))

    buy(member, now=now)

    assert vip_until(member.pk) == now + timedelta(days=1)


def test_vip_that_ends_at_the_very_moment_of_the_purchase_loses_nothing():
    member, now = make_member(points=500), timezone.now()
    Membership.objects.create(member=member, vip_until=now)

    buy(member, now=now)

    assert vip_until(member.pk) == now + timedelta(days=1)


def test_an_unknown_plan_is_refused():
    member = make_member(points=500)

    refuse(member, UnknownPlan, plan=Plan(pk=999_999, price=500))


def test_a_plan_off_sale_is_refused():
    plan = one_day()
    Plan.objects.filter(pk=plan.pk).update(is_active=False)

    refuse(make_member(points=500), UnknownPlan, plan=plan)


@pytest.mark.parametrize("quoted", [499, 501])
def test_another_price_than_quoted_is_refused_with_the_present_one(quoted):
    refusal = refuse(make_member(points=10_000), PriceChanged, price=quoted)

    assert refusal.params["price"] == 500


def test_too_few_points_are_refused_with_what_is_missing():
    refusal = refuse(make_member(points=499), NotEnoughPoints)

    assert refusal.params == {"balance": 499, "price": 500, "missing": 1}


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_frozen_points_are_refused(field):
    refuse(_frozen(field), WalletFrozen)


def _frozen(field):
    member = make_member(points=500)
    setattr(member, field, timezone.now())
    member.save(update_fields=[field])
    return member


def test_vip_past_the_year_2199_is_refused_before_any_debit():
    member = make_member(points=500)
    Membership.objects.create(member=member, vip_until=VIP_UNTIL_MAX - timedelta(hours=23))

    refuse(member, VipTooLong)


def test_vip_up_to_the_last_moment_of_2199_is_sold():
    member = make_member(points=500)
    Membership.objects.create(member=member, vip_until=VIP_UNTIL_MAX - timedelta(days=1))

    buy(member)

    assert vip_until(member.pk) == VIP_UNTIL_MAX


def test_the_same_key_returns_the_first_receipt_and_changes_nothing():
    member, now = make_member(points=1_000), timezone.now()
    first = buy(member, now=now)
    before = holdings(member)

    second = buy(member, now=now + timedelta(minutes=5))

    assert holdings(member) == before
    assert (second.until, second.balance_after, second.price) == (
        first.until,
        first.balance_after,
        first.price,
    )
    assert (first.is_new, second.is_new) == (True, False)


def _spend_the_rest(member, plan):
    with transaction.atomic():
        wallet = lock_wallet(member.pk)
        debit(wallet, wallet.balance, Cause(kind="adjustment", key="spent", now=timezone.now()))


def _change_the_price(member, plan):
    Plan.objects.filter(pk=plan.pk).update(price=600)


def _take_off_sale(member, plan):
    Plan.objects.filter(pk=plan.pk).update(is_active=False)


def _freeze(member, plan):
    type(member).objects.filter(pk=member.pk).update(frozen_at=timezone.now())


def _fill_up(member, plan):
    Membership.objects.filter(pk=member.pk).update(vip_until=VIP_UNTIL_MAX)


@pytest.mark.parametrize(
    "change", [_spend_the_rest, _change_the_price, _take_off_sale, _freeze, _fill_up]
)
def test_a_repeat_returns_the_receipt_even_when_it_would_be_refused_by_now(change):
    member, plan = make_member(points=700), one_day()
    first = buy(member, plan)
    change(member, plan)

    second = buy(member, plan)

    assert (second.until, second.balance_after) == (first.until, first.balance_after)


def test_the_same_key_for_another_plan_is_refused():
    member = make_member(points=10_000)
    buy(member, key="op:1")

    refuse(member, KeyReused, plan=Plan.objects.get(code="7d"), key="op:1")


def test_the_same_key_for_another_plan_of_the_same_price_is_refused():
    member = make_member(points=10_000)
    other = Plan.objects.create(code="2d", days=2, price=500)
    buy(member, key="op:1")

    refuse(member, KeyReused, plan=other, key="op:1")


def test_another_members_key_is_refused():
    buy(make_member(points=500), key="op:1")
    member = make_member(points=500)

    refuse(member, KeyReused, key="op:1")


def test_a_key_that_moved_points_for_something_else_is_refused():
    member = make_member(points=2_000)
    with transaction.atomic():
        debit(lock_wallet(member.pk), 500, Cause(kind="lease", key="op:1", now=timezone.now()))

    refuse(member, KeyReused, key="op:1")


def test_a_purchase_is_refused_and_succeeds_under_the_same_key_once_there_are_points():
    member = make_member(points=499)
    refuse(member, NotEnoughPoints, key="op:1")
    give_points(member, 1)

    assert buy(member, key="op:1").is_new


@pytest.mark.parametrize("has_been_vip", [True, False])
def test_a_purchase_takes_few_queries(has_been_vip):
    member, plan = make_member(points=500), one_day()
    if has_been_vip:
        Membership.objects.create(member=member)

    # The wallet, plan and expiry, entry, expiry, grant; two more for the first VIP.
    with at_most(5 if has_been_vip else 7):
        buy(member, plan)
