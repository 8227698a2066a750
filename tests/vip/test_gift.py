from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import MemberGone
from accounts.models import OutboxMessage
from points.errors import AccountTooNew, KeyReused, NotEnoughPoints, WalletFrozen
from points.models import PointsSettings, Wallet
from points.services import Cause, debit, lock_wallet
from tests.factories import give_points, make_member
from tests.queries import at_most
from tests.vip.gifts import NOON, give, state
from vip.errors import GiftRefused, PriceChanged, SelfGift, UnknownPlan, VipTooLong
from vip.models import VIP_UNTIL_MAX, Grant, Membership, Plan
from vip.selectors import find_last_plan, vip_until
from vip.services import buy_plan

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def ann():
    return make_member(points=700, username="ann")


@pytest.fixture
def bob():
    return make_member(points=500, username="bob")


def refuse(refusal, *gift, **changes):
    before = state()

    with pytest.raises(refusal) as caught:
        give(*gift, **changes)

    assert state() == before
    return caught.value


def balances(*members):
    return [Wallet.objects.get(pk=member.pk).balance for member in members]


def test_the_giver_pays_and_the_receiver_is_vip(ann, bob):
    receipt = give(ann, bob)

    assert balances(ann, bob) == [200, 500]
    assert (vip_until(ann.pk), vip_until(bob.pk)) == (None, NOON + DAY)
    assert (receipt.until, receipt.balance_after, receipt.is_new) == (NOON + DAY, 200, True)


def test_a_gift_is_added_to_what_the_receiver_has(ann, bob):
    Membership.objects.create(member=bob, vip_until=NOON + 3 * DAY)

    assert give(ann, bob).until == NOON + 4 * DAY


def test_the_grant_and_the_entry_name_both_sides(ann, bob):
    give(ann, bob, key="op:7")

    grant = Grant.objects.get(key="op:7")
    assert (grant.kind, grant.membership_id, grant.price) == ("gift", bob.pk, 500)
    assert (grant.entry.key, grant.entry.wallet_id) == ("op:7", ann.pk)
    assert grant.entry.counterparty_id == bob.pk


def test_the_receiver_is_told_once(ann, bob):
    give(ann, bob)
    give(ann, bob)

    [message] = OutboxMessage.objects.all()
    assert (message.kind, message.member_id) == ("vip.gift", bob.pk)


def test_what_one_was_given_is_not_what_one_bought_last(ann, bob):
    give(ann, bob)

    assert find_last_plan(bob.pk) is None
    assert find_last_plan(ann.pk) is None


def test_oneself_is_refused(ann):
    refuse(SelfGift, ann, ann)


@pytest.mark.parametrize("field", ["frozen_at", "banned_at", "anonymised_at"])
def test_who_is_frozen_banned_or_gone_receives_nothing(ann, field):
    gone = {"telegram_id": None} if field == "anonymised_at" else {}
    receiver = make_member(username="bob")
    type(receiver).objects.filter(pk=receiver.pk).update(**{field: timezone.now()}, **gone)

    refuse(GiftRefused, ann, receiver)


@pytest.mark.parametrize(
    ("field", "refusal"),
    [("frozen_at", WalletFrozen), ("banned_at", WalletFrozen), ("anonymised_at", MemberGone)],
)
def test_who_is_frozen_banned_or_gone_gives_nothing(ann, bob, field, refusal):
    gone = {"telegram_id": None} if field == "anonymised_at" else {}
    type(ann).objects.filter(pk=ann.pk).update(**{field: timezone.now()}, **gone)

    refuse(refusal, ann, bob)


@pytest.mark.parametrize("age", [timedelta(), timedelta(hours=5), timedelta(hours=-3)])
def test_who_is_too_new_to_send_points_does_not_send_them_as_vip(bob, age):
    PointsSettings.objects.create(transfer_min_age_hours=6)
    new = make_member(points=500, joined_at=NOON - age)

    refusal = refuse(AccountTooNew, new, bob)

    opens_at = NOON - age + timedelta(hours=6)
    assert refusal.params == {"opens_at": opens_at, "wait": opens_at - NOON}


def test_who_is_old_enough_to_the_second_gives(bob):
    PointsSettings.objects.create(transfer_min_age_hours=6)

    assert give(make_member(points=500, joined_at=NOON - timedelta(hours=6)), bob).is_new


def test_a_new_member_is_given_vip_and_buys_his_own(ann):
    PointsSettings.objects.create(transfer_min_age_hours=6)
    type(ann).objects.filter(pk=ann.pk).update(joined_at=NOON - DAY)
    new = make_member(points=500, joined_at=NOON)
    plan = Plan.objects.get(code="1d")

    give(ann, new)
    buy_plan(member_id=new.pk, plan_id=plan.pk, quoted_price=500, key="op:2", now=NOON)

    assert vip_until(new.pk) == NOON + 2 * DAY


def test_vip_past_the_year_2199_is_refused_before_any_debit(ann, bob):
    Membership.objects.create(member=bob, vip_until=VIP_UNTIL_MAX - DAY / 2)

    refuse(VipTooLong, ann, bob)


def test_too_few_points_are_refused(bob):
    refusal = refuse(NotEnoughPoints, make_member(points=499), bob)

    assert refusal.params["missing"] == 1


@pytest.mark.parametrize("quoted", [499, 501])
def test_another_price_than_quoted_is_refused(ann, bob, quoted):
    assert refuse(PriceChanged, ann, bob, price=quoted).params["price"] == 500


def test_a_plan_off_sale_is_refused(ann, bob):
    Plan.objects.filter(code="1d").update(is_active=False)

    refuse(UnknownPlan, ann, bob)


def test_the_same_key_gives_once_and_returns_the_first_receipt(ann, bob):
    first = give(ann, bob)
    before = state()

    second = give(ann, bob)

    assert state() == before
    assert (second.until, second.balance_after, second.is_new) == (first.until, 200, False)


def _freeze_receiver(ann, bob):
    type(bob).objects.filter(pk=bob.pk).update(frozen_at=NOON)


def _change_price(ann, bob):
    Plan.objects.update(price=900)


def _spend_the_rest(ann, bob):
    with transaction.atomic():
        debit(lock_wallet(ann.pk), 200, Cause(kind="adjustment", key="spent", now=NOON))


def _raise_the_age(ann, bob):
    PointsSettings.objects.create(transfer_min_age_hours=24)
    type(ann).objects.filter(pk=ann.pk).update(joined_at=NOON)


@pytest.mark.parametrize(
    "change", [_freeze_receiver, _change_price, _spend_the_rest, _raise_the_age]
)
def test_a_repeat_is_answered_even_when_it_would_be_refused_by_now(ann, bob, change):
    first = give(ann, bob)
    change(ann, bob)

    assert give(ann, bob, price=500).until == first.until


def test_the_same_key_for_another_receiver_is_refused(ann, bob):
    give_points(ann, 1_000)
    give(ann, bob)

    refuse(KeyReused, ann, make_member())


def test_the_key_of_a_purchase_gives_nothing(ann, bob):
    give_points(ann, 1_000)
    plan = Plan.objects.get(code="1d")
    buy_plan(member_id=ann.pk, plan_id=plan.pk, quoted_price=500, key="op:1", now=NOON)

    refuse(KeyReused, ann, bob)


def test_the_key_of_a_gift_buys_nothing(ann, bob):
    give_points(ann, 1_000)
    give(ann, bob)
    before = state()

    with pytest.raises(KeyReused):
        plan = Plan.objects.get(code="1d")
        buy_plan(member_id=ann.pk, plan_id=plan.pk, quoted_price=500, key="op:1", now=NOON)

    assert state() == before


def test_the_database_knows_no_gift_that_nobody_paid(bob):
    membership = Membership.objects.create(member=bob)

    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(membership=membership, kind="gift", key="x", until_after=NOON)


def test_a_gift_takes_few_queries(ann, bob):
    Membership.objects.create(member=bob)
    plan = Plan.objects.get(code="1d")

    # As a purchase, and the two people, the age that giving needs, and the notice.
    with at_most(8):
        give(ann, bob, plan)
