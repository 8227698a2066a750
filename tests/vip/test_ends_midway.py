"""VIP that ends, or is taken back, in the middle of something: what was shown holds, no more."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.services import COMMAND
from numbers.errors import TooManyLeases
from points.models import Search
from points.selectors import balance_of
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, minutes
from tests.phone import Phone
from vip.models import Membership
from vip.selectors import vip_until
from vip.services import revoke_vip

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WAIT = timedelta(seconds=300)


@pytest.fixture
def ann() -> Phone:
    """VIP for another minute."""
    member = make_member(points=1_000, joined_at=NOON - 9 * DAY, last_seen_at=NOON)
    Membership.objects.create(member=member, vip_until=NOON + 60 * SECOND)
    phone = Phone(member)
    phone.now = NOON
    return phone


def open_card(phone) -> str:
    phone.say("/vip")
    return phone.press("1 day")


def test_a_card_drawn_before_the_end_charges_its_price_and_counts_from_the_press_on(ann):
    assert "2 May 2026, 12:01" in open_card(ann)
    ann.now = NOON + 2 * HOUR

    receipt = ann.press("Confirm")

    assert "Paid: 500 points" in receipt
    assert "2 May 2026, 14:00" in receipt
    assert vip_until(ann.member.pk) == ann.now + DAY
    assert balance_of(ann.member.pk) == 500


def test_a_card_drawn_after_the_end_adds_to_what_was_given_before_the_press(ann):
    ann.now = NOON + HOUR
    assert "2 May 2026, 13:00" in open_card(ann)
    Membership.objects.update(vip_until=NOON + 3 * DAY)

    assert "5 May 2026, 12:00" in ann.press("Confirm")


@pytest.mark.parametrize("way", ["/vip", "gift"])
def test_vip_taken_back_between_card_and_confirm_is_not_what_the_purchase_adds_to(ann, way):
    boris = make_member(username="boris")
    Membership.objects.create(member=boris, vip_until=NOON + 9 * DAY)
    if way == "gift":
        ann.say("/vip @boris")
        assert "11 May 2026" in ann.press("1 day")
    else:
        open_card(ann)
    for member in (ann.member, boris):
        revoke_vip(member_id=member.pk, reason="x", actor=COMMAND, key=f"{member.pk}", now=NOON)

    assert "2 May 2026, 12:00" in ann.press("Confirm")
    receiver = boris if way == "gift" else ann.member
    assert vip_until(receiver.pk) == NOON + DAY


def test_the_wait_that_a_vip_was_told_holds_and_the_next_one_is_everybodys(ann):
    ann.say("/search")
    assert Search.objects.get().ready_at == NOON + WAIT / 2
    ann.now = NOON + WAIT / 2
    before = balance_of(ann.member.pk)

    ann.say("/search")

    assert 5 <= balance_of(ann.member.pk) - before <= 10
    assert Search.objects.get().ready_at == ann.now + WAIT


@pytest.mark.parametrize(("left", "factor"), [(SECOND, 2), (timedelta(), 1)])
def test_in_its_last_second_vip_is_whole_and_at_its_end_it_is_over(ann, left, factor):
    Membership.objects.update(vip_until=NOON + left)

    ann.say("/search")

    assert Search.objects.get().ready_at == NOON + WAIT / factor
    assert 5 * factor <= balance_of(ann.member.pk) - 1_000 <= 10 * factor


def test_the_daily_bonus_of_a_vip_waits_the_full_day_once_vip_is_over(ann):
    ann.say("/daily")
    ann.now = NOON + 12 * HOUR
    before = balance_of(ann.member.pk)

    assert "12\u00a0h" in ann.say("/daily")
    assert balance_of(ann.member.pk) == before

    ann.now = NOON + 24 * HOUR
    ann.say("/daily")
    assert balance_of(ann.member.pk) > before


def test_numbers_taken_as_a_vip_are_kept_to_their_end_and_no_further_one_is_had(ann):
    pool = make_pool(free=5)
    leases = [make_lease(pool=pool, member=ann.member, now=NOON) for _ in range(2)]
    after = NOON + minutes(2)

    with pytest.raises(TooManyLeases):
        make_lease(pool=pool, member=ann.member, now=after)

    ann.now = after
    ann.say("/status")
    assert sum(f"{lease.number.e164}"[-4:] in " ".join(ann.buttons) for lease in leases) == 2
