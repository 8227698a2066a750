from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import transaction

from numbers.models import Number
from points.services import Cause, debit, lock_wallet
from tests.botrunner.test_every_screen import check_text
from tests.factories import make_member
from tests.factories.numbers import make_pool
from tests.factories.staff import make_staff_member
from tests.phone import Phone
from tests.queries import at_most
from tests.vip.films import publish_many, watch
from vip.models import Membership

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def phone_of(member) -> Phone:
    phone = Phone(member)
    phone.now = NOON
    return phone


def make_vip(vip=None, premium=None, **fields):
    member = make_member(joined_at=NOON - timedelta(days=9), **fields)
    return Membership.objects.create(member=member, vip_until=vip, premium_until=premium)


@pytest.fixture
def chief() -> Phone:
    return phone_of(make_staff_member("Chief", joined_at=NOON - timedelta(days=9)))


def test_members_are_counted_by_what_they_are(chief):
    make_vip(vip=NOON + HOUR)
    make_vip(vip=NOON + HOUR, premium=NOON + HOUR)
    make_vip(vip=NOON - HOUR, premium=NOON + HOUR)
    # Both end at this very moment: he has neither.
    make_vip(vip=NOON, premium=NOON)
    make_member(joined_at=NOON.replace(hour=0))
    make_member(joined_at=NOON.replace(hour=0) - timedelta(seconds=1))

    text = chief.say("/stats")

    assert "Members: 7, new today: 1" in text
    assert "VIP: 2, premium: 2, neither: 4" in text


def test_points_of_today_are_those_since_midnight_utc(chief):
    ann = make_member()
    for at, amount in ((NOON, 40), (NOON.replace(hour=0), 2), (NOON - 13 * HOUR, 500)):
        post(ann, amount, at)
    post(ann, -7, NOON)

    assert "Points given out today: 42, spent: 7" in chief.say("/stats")


def post(member, amount, at):
    from points.services import credit

    cause = Cause(kind="adjustment", key=f"{at}:{amount}", now=at)
    with transaction.atomic():
        wallet = lock_wallet(member.pk)
        credit(wallet, amount, cause) if amount > 0 else debit(wallet, -amount, cause)


def test_videos_of_today_are_told_with_their_viewers_and_the_average(chief):
    publish_many(4)
    ann, boris = make_member(), make_member()
    for hour in range(4):
        watch(ann, now=NOON.replace(hour=hour))
    watch(boris, now=NOON.replace(hour=0) - timedelta(microseconds=1))
    watch(boris, now=NOON)

    assert "Videos watched today: 5, viewers: 2, average: 2.5" in chief.say("/stats")


def test_a_day_without_videos_has_no_average(chief):
    assert "Videos watched today: 0, viewers: 0, average: 0.0" in chief.say("/stats")


def test_a_member_reads_of_numbers_and_nothing_else():
    pool = make_pool(free=3)
    Number.objects.filter(pk=pool.numbers.first().pk).update(state=Number.State.USED)

    text = phone_of(make_member()).say("/stats")

    assert text.endswith("Numbers free: 2, in use: 0")
    assert not any(word in text for word in ("Members", "VIP", "Points", "Videos"))


@pytest.mark.parametrize(
    ("held", "shown", "hidden"),
    [
        (["view_member"], ["Members"], ["VIP", "Points"]),
        (["view_member", "view_membership"], ["Members", "VIP"], ["Points"]),
        (["view_entry"], ["Points"], ["Members", "VIP", "Videos"]),
        (["view_video"], ["Videos"], ["Members", "VIP", "Points"]),
        # Without the members it cannot be said who is none of them.
        (["view_membership"], [], ["Members", "VIP", "Points"]),
    ],
)
def test_each_line_is_for_those_who_may_see_its_list(held, shown, hidden):
    member = make_staff_member("Junior")
    assert member.staff_user
    member.staff_user.groups.clear()
    member.staff_user.user_permissions.set(Permission.objects.filter(codename__in=held))

    text = phone_of(member).say("/stats")

    assert [line for line in shown if line not in text] == []
    assert [line for line in hidden if line in text] == []


def test_in_a_group_nothing_is_told(chief):
    text = chief.in_group().say("/stats")

    assert "private chat only" in text
    assert "Members" not in text


def test_asked_again_and_again_the_counting_is_done_once(chief):
    chief.say("/stats")
    make_member()

    with at_most(8):
        assert "Members: 1," in chief.say("/stats")
    cache.clear()
    assert "Members: 2," in chief.say("/stats")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_reads_well_in_every_language(language):
    phone = phone_of(make_staff_member("Creator", language=language))

    check_text(phone.say("/stats"))
