from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import Member
from points.models import Wallet
from points.services import Cause, debit, lock_wallet
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most
from vip.models import Grant, Membership, Plan
from vip.selectors import vip_until

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def make_phone(points=0, until=None, **fields) -> Phone:
    member = make_member(points=points, **fields)
    if until:
        Membership.objects.create(member=member, vip_until=until)
    phone = Phone(member)
    phone.now = NOON
    return phone


def test_vip_shows_the_plans_with_their_prices():
    phone = make_phone()

    text = phone.say("/vip")

    assert "not VIP" in text
    assert "up to 3 numbers at once" in text
    assert phone.buttons[:3] == [
        "👑 1 day · 500 points",
        "👑 7 days · 3,000 points",
        "👑 30 days · 10,000 points",
    ]


def test_vip_says_what_it_gives_and_what_is_missing_for_which_plan():
    text = make_phone(points=2_900).say("/vip")

    assert "half the wait between searches, and twice the points" in text
    assert "Your balance: 2,900 points" in text
    assert "7 days: you need 100 points more" in text
    assert "30 days: you need 7,100 points more" in text
    assert "1 day: you need" not in text


def test_vip_shows_the_expiry_in_the_members_zone_and_the_time_left():
    phone = make_phone(until=NOON + timedelta(hours=3, minutes=20), timezone="Asia/Dubai")

    text = phone.say("/vip")

    assert "19:20" in text
    assert "3\u00a0h 20\u00a0min" in text


def test_vip_that_has_ended_is_not_shown_as_vip():
    assert "not VIP" in make_phone(until=NOON).say("/vip")


def test_vip_in_a_group_is_short_and_has_no_buttons():
    phone = make_phone(until=NOON + timedelta(days=1)).in_group()

    text = phone.say("/vip")

    assert "VIP until" in text
    assert phone.buttons == []


def test_a_plan_off_sale_is_not_offered():
    Plan.objects.filter(code="7d").update(is_active=False)
    phone = make_phone()

    phone.say("/vip")

    assert not any("7 days" in label for label in phone.buttons)


def test_the_card_says_price_balance_and_expiry_and_changes_nothing():
    phone = make_phone(points=700, until=NOON + timedelta(days=1))
    phone.say("/vip")

    text = phone.press("1 day")

    assert "500 points" in text
    assert "700 → 200" in text
    assert "3 May 2026, 12:00" in text
    assert Wallet.objects.get(pk=phone.member.pk).balance == 700
    assert Grant.objects.count() == 0


def test_confirm_buys_and_shows_the_receipt():
    phone = make_phone(points=700)
    phone.say("/vip")
    phone.press("1 day")

    text = phone.press("Confirm")

    assert "500 points" in text
    assert "200 points" in text
    assert "2 May 2026, 12:00" in text
    assert vip_until(phone.member.pk) == NOON + timedelta(days=1)
    assert phone.buttons == ["🧾 History", "🏠 Menu"]
    assert "VIP · 1 day" in phone.press("History")


def test_a_double_tap_buys_once_and_shows_the_same_receipt():
    phone = make_phone(points=5_000)
    phone.say("/vip")
    phone.press("1 day")
    confirm = phone.data_of("Confirm")

    first = phone.press_data(confirm)
    phone.now = NOON + timedelta(seconds=2)
    second = phone.press_data(confirm)

    assert second == first
    assert Grant.objects.count() == 1


def test_with_too_few_points_there_is_no_confirm_but_ways_to_earn():
    phone = make_phone(points=120)
    phone.say("/vip")

    text = phone.press("1 day")

    assert "380 points" in text
    assert phone.buttons == [
        "🔍 Search",
        "🎁 Daily bonus",
        "🎲 Games",
        "👥 Invite friends",
        "⏱ What is ready",
        "⭐ Buy points",
        "⬅️ Back",
        "🏠 Menu",
    ]


def test_points_spent_between_card_and_confirm_are_missed_and_nothing_is_bought():
    phone = make_phone(points=500)
    phone.say("/vip")
    phone.press("1 day")
    with transaction.atomic():
        debit(lock_wallet(phone.member.pk), 1, Cause(kind="adjustment", key="x", now=NOON))

    text = phone.press("Confirm")

    assert "1 point more" in text
    assert Grant.objects.count() == 0


def test_a_price_changed_after_the_card_charges_nothing_and_shows_the_new_card():
    phone = make_phone(points=1_000)
    phone.say("/vip")
    phone.press("1 day")
    Plan.objects.filter(code="1d").update(price=600)

    text = phone.press("Confirm")

    assert "price has changed" in text
    assert "1,000 → 400" in text
    assert Grant.objects.count() == 0

    phone.press("Confirm")

    assert Wallet.objects.get(pk=phone.member.pk).balance == 400


def test_a_plan_taken_off_sale_after_the_card_charges_nothing_and_leads_to_the_others():
    phone = make_phone(points=1_000)
    phone.say("/vip")
    phone.press("1 day")
    Plan.objects.filter(code="1d").update(is_active=False)

    text = phone.press("Confirm")

    assert "no longer on sale" in text
    assert Wallet.objects.get(pk=phone.member.pk).balance == 1_000
    phone.press("VIP")
    assert phone.buttons[0].startswith("👑 7 days")


def test_frozen_points_cannot_open_a_card():
    phone = make_phone(points=1_000)
    Member.objects.update(frozen_at=NOON)
    phone.say("/vip")

    phone.press("1 day")

    assert not any("Confirm" in label for label in phone.buttons)


def test_another_members_confirm_is_refused_and_changes_nothing():
    owner, thief = make_phone(points=500), make_phone(points=500)
    owner.say("/vip")
    owner.press("1 day")
    thief.say("/vip")

    text = thief.press_data(owner.data_of("Confirm"))

    assert "somebody else" in text
    assert Grant.objects.count() == 0


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_forged_confirm_is_refused_and_changes_nothing(position):
    """Plan, price and operation id: none can be exchanged."""
    phone = make_phone(points=50_000)
    phone.say("/vip")
    phone.press("1 day")
    parts = phone.data_of("Confirm").split(":")
    parts[position] = str(int(parts[position]) + 1) if position < 3 else "AAAAAAAAAA"

    text = phone.press_data(":".join(parts))

    assert "somebody else" in text
    assert Grant.objects.count() == 0


def test_the_screen_takes_few_queries():
    phone = make_phone(points=500, until=NOON)
    phone.now = phone.member.last_seen_at

    with at_most(6):
        phone.say("/vip")


def test_a_purchase_takes_few_queries():
    phone = make_phone(points=500)
    phone.now = phone.member.last_seen_at
    phone.say("/vip")
    phone.press("1 day")

    with at_most(10):
        phone.press("Confirm")
