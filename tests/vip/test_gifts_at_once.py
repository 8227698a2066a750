"""Gifts that really happen at the same time, across each other and beside purchases."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.services import COMMAND
from points.errors import NotEnoughPoints
from points.models import Wallet
from tests.concurrency import run_together
from tests.factories import make_member
from tests.vip.gifts import NOON, give
from vip.models import Grant, Plan
from vip.selectors import vip_until
from vip.services import Audience, Receipt, buy_plan, grant_vip

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

AT_ONCE = 20
DAY = timedelta(days=1)


@pytest.fixture
def plan():
    return Plan.objects.get(code="1d")


def balances(*members):
    return [Wallet.objects.get(pk=member.pk).balance for member in members]


def test_two_who_give_to_each_other_at_once_both_get_everything(plan):
    ann, bob = make_member(points=5_000), make_member(points=5_000)

    results = run_together(
        *[partial(give, ann, bob, plan, key=f"a:{n}") for n in range(10)],
        *[partial(give, bob, ann, plan, key=f"b:{n}") for n in range(10)],
    )

    assert {type(result) for result in results} == {Receipt}
    assert balances(ann, bob) == [0, 0]
    assert vip_until(ann.pk) == vip_until(bob.pk) == NOON + 10 * DAY


def test_gifts_purchases_and_grants_at_once_lose_no_day(plan):
    ann, bob = make_member(points=5_000), make_member(points=5_000)

    def buy(member, key):
        return buy_plan(member_id=member.pk, plan_id=plan.pk, quoted_price=500, key=key, now=NOON)

    def grant(key):
        audience = Audience.named([ann.pk, bob.pk])
        return grant_vip(
            audience=audience, days=1, reason="Thanks", actor=COMMAND, key=key, now=NOON
        )

    results = run_together(
        *[partial(give, ann, bob, plan, key=f"a:{n}") for n in range(4)],
        *[partial(give, bob, ann, plan, key=f"b:{n}") for n in range(4)],
        *[partial(buy, member, f"{member.pk}:{n}") for member in (ann, bob) for n in range(4)],
        *[partial(grant, f"g:{n}") for n in range(4)],
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert vip_until(ann.pk) == vip_until(bob.pk) == NOON + 12 * DAY
    assert balances(ann, bob) == [1_000, 1_000]


def test_one_confirm_pressed_by_many_at_once_gives_once(plan):
    ann, bob = make_member(points=5_000), make_member()

    receipts = run_together(*[partial(give, ann, bob, plan)] * AT_ONCE)

    assert {type(receipt) for receipt in receipts} == {Receipt}
    assert sum(receipt.is_new for receipt in receipts) == 1
    assert balances(ann) == [4_500]
    assert Grant.objects.count() == 1


def test_many_gifts_at_once_give_what_the_points_reach(plan):
    ann = make_member(points=1_600)
    others = [make_member() for _ in range(AT_ONCE)]

    results = run_together(
        *[partial(give, ann, other, plan, key=f"op:{other.pk}") for other in others]
    )

    assert sum(isinstance(result, Receipt) for result in results) == 3
    assert sum(isinstance(result, NotEnoughPoints) for result in results) == AT_ONCE - 3
    assert balances(ann) == [100]
