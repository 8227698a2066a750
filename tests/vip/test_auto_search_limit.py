"""The limit of any 24 hours, its notice, VIP's end and return, and the digests."""

from datetime import timedelta

import pytest
from django.test import TestCase

from accounts.services import COMMAND
from points.models import PointsSettings
from tests.factories import give_points, make_member
from tests.vip.auto_searches import (
    DAY,
    HOUR,
    NOW,
    WAIT,
    look,
    look_all,
    make_seeker,
    row_of,
    set_limit,
    times_of,
    told,
)
from vip.jobs import tell_of_endings
from vip.models import Membership, Plan, VipSettings
from vip.selectors import auto_search_standing
from vip.services import (
    Audience,
    buy_plan,
    give_plan,
    grant_vip,
    revoke_vip,
    save_vip_settings,
    set_auto_search,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def most_in_a_day(times):
    """The most searches in any span of 24 hours."""
    return max(sum(start <= time < start + DAY for time in times) for start in times)


def save_limit(searches, now):
    """As the owner does."""
    numbers = VipSettings.objects.get()
    numbers.auto_search_daily_max = searches
    with TestCase.captureOnCommitCallbacks(execute=True):
        save_vip_settings(numbers, actor=COMMAND, now=now)


def test_the_limit_holds_to_the_search_and_to_the_second():
    set_limit(3)
    ann = make_seeker()

    look_all(NOW, 6 * WAIT)
    assert times_of(ann) == [NOW, NOW + WAIT, NOW + 2 * WAIT]

    look(NOW + DAY - timedelta(microseconds=1))
    assert len(times_of(ann)) == 3
    look(NOW + DAY)
    assert times_of(ann)[3:] == [NOW + DAY]


@pytest.mark.parametrize("step", [WAIT, timedelta(minutes=7), timedelta(hours=5)])
def test_no_24_hours_hold_more_than_the_limit(step):
    set_limit(4)
    ann = make_seeker()

    look_all(NOW, 3 * DAY, step=step)

    assert most_in_a_day(times_of(ann)) == min(4, DAY // step + 1)


def test_switching_off_and_on_frees_no_search():
    set_limit(2)
    ann = make_seeker()
    look_all(NOW, 3 * WAIT)

    for is_on in (False, True):
        set_auto_search(member_id=ann.pk, is_on=is_on, now=NOW + HOUR)
    look_all(NOW + HOUR, HOUR)

    assert len(times_of(ann)) == 2


def test_another_limit_holds_from_the_next_search_on():
    set_limit(2)
    ann = make_seeker()
    look_all(NOW, 3 * WAIT)

    set_limit(4)
    look_all(NOW + DAY, 20 * WAIT)
    assert len(times_of(ann)) == 6

    set_limit(1)
    look_all(NOW + 2 * DAY, 20 * WAIT)
    assert times_of(ann)[6:] == [times_of(ann)[5] + DAY]


def test_a_limit_that_is_raised_wakes_who_rests_and_frees_no_more_than_it_says():
    set_limit(2)
    ann, boris = make_seeker(), make_seeker()
    set_auto_search(member_id=boris.pk, is_on=False, now=NOW)
    look_all(NOW, 3 * WAIT)
    assert row_of(ann).due_at == NOW + DAY

    save_limit(3, now=NOW + HOUR)
    look_all(NOW + HOUR, HOUR)

    assert times_of(ann) == [NOW, NOW + WAIT, NOW + HOUR]
    assert row_of(ann).due_at == NOW + DAY and row_of(boris).due_at is None


@pytest.mark.parametrize("limit", [2, 1])
def test_a_limit_that_is_not_raised_wakes_nobody(limit):
    set_limit(2)
    ann = make_seeker()
    look_all(NOW, 3 * WAIT)

    save_limit(limit, now=NOW + HOUR)

    assert row_of(ann).due_at == NOW + DAY


def test_the_standing_says_what_is_used_and_when_it_goes_on():
    set_limit(3)
    ann = make_seeker()
    look(NOW)
    look(NOW + WAIT)

    standing = auto_search_standing(ann.pk, NOW + WAIT)
    assert (standing.used, standing.limit, standing.opens_at) == (2, 3, None)

    look(NOW + 2 * WAIT)
    standing = auto_search_standing(ann.pk, NOW + 2 * WAIT)
    assert (standing.used, standing.opens_at) == (3, NOW + DAY)
    assert auto_search_standing(ann.pk, NOW + DAY).used == 2


def test_the_limit_is_told_once_a_day():
    set_limit(3)
    ann = make_seeker()

    look_all(NOW, 2 * DAY + HOUR)

    assert told(ann, "auto_search_limit") == [
        {"limit": 3, "opens_at": (NOW + number * DAY).isoformat()} for number in (1, 2, 3)
    ]


def test_a_short_pause_at_the_limit_is_not_told():
    """Yesterday's searches were spread over the day: each of them frees one of today."""
    set_limit(24)
    ann = make_seeker()

    look_all(NOW, 2 * DAY, step=HOUR)
    look_all(NOW + 2 * DAY, HOUR / 2)

    assert told(ann, "auto_search_limit") == []


def test_who_wants_no_word_of_points_hears_nothing_of_limit_and_finds():
    set_limit(2)
    ann = make_seeker(notify_points=False)

    look_all(NOW, 3 * HOUR)

    assert len(times_of(ann)) == 2
    assert told(ann, "auto_search_limit") == told(ann, "auto_search_found") == []


def test_when_vip_ends_it_rests_unseen_and_is_there_again_when_vip_is():
    ann = make_seeker(left=WAIT)
    look_all(NOW, 2 * WAIT)
    assert (times_of(ann), row_of(ann).due_at, row_of(ann).is_on) == ([NOW], None, True)
    assert look(NOW + DAY) == 0

    give_points(ann, 500)
    plan = Plan.objects.get(code="1d")
    buy_plan(member_id=ann.pk, plan_id=plan.pk, quoted_price=500, key="k", now=NOW + DAY)

    look(NOW + DAY)
    assert times_of(ann) == [NOW, NOW + DAY]


def test_vip_that_ends_between_being_due_and_the_search_brings_no_search():
    ann = make_seeker(left=WAIT)
    look(NOW)
    assert row_of(ann).due_at == NOW + WAIT

    look(NOW + WAIT)

    assert times_of(ann) == [NOW]


def test_a_gift_and_a_grant_bring_it_back_too():
    ann, boris = make_seeker(left=WAIT), make_seeker(left=WAIT)
    look_all(NOW, 2 * WAIT)
    plan, later = Plan.objects.get(code="1d"), NOW + HOUR

    give_plan(
        giver_id=make_member(points=500).pk,
        receiver_id=ann.pk,
        plan_id=plan.pk,
        quoted_price=500,
        key="g",
        now=later,
    )
    grant_vip(
        audience=Audience.named([boris.pk]), days=1, reason="x", actor=COMMAND, key="o", now=later
    )
    look(later)

    assert times_of(ann) == times_of(boris) == [NOW, later]


def test_a_grant_to_who_switched_it_off_brings_nothing():
    ann = make_seeker()
    set_auto_search(member_id=ann.pk, is_on=False, now=NOW)

    grant_vip(
        audience=Audience.named([ann.pk]), days=1, reason="x", actor=COMMAND, key="o", now=NOW
    )
    look(NOW)

    assert times_of(ann) == []


def test_revoked_vip_stops_it():
    ann = make_seeker()
    look(NOW)
    revoke_vip(member_id=ann.pk, reason="fraud", actor=COMMAND, key="r", now=NOW + SECOND)

    look(NOW + WAIT)

    assert (times_of(ann), row_of(ann).due_at) == ([NOW], None)


def test_finds_are_told_once_an_hour_with_their_sum():
    PointsSettings.objects.create(search_points_min=5, search_points_max=5, search_item_percent=0)
    ann = make_seeker()

    look_all(NOW, 3 * HOUR)

    digests = told(ann, "auto_search_found")
    assert [digest["count"] for digest in digests] == [25, 25]
    assert digests[0] == {"count": 25, "points": 250, "items": {}}


def test_each_find_is_told_in_one_digest():
    PointsSettings.objects.create(search_item_percent=100)
    set_limit(30)
    ann = make_seeker()

    look_all(NOW, 3 * HOUR)

    digests = told(ann, "auto_search_found")
    assert sum(digest["count"] for digest in digests) == len(times_of(ann)) == 30
    assert sum(sum(digest["items"].values()) for digest in digests) == 30


def test_nothing_found_nothing_told():
    ann = make_seeker()
    set_auto_search(member_id=ann.pk, is_on=False, now=NOW)

    look_all(NOW, 3 * HOUR)

    assert told(ann, "auto_search_found") == []


def test_what_was_found_before_the_end_is_told_after_it():
    ann = make_seeker(left=WAIT)

    look_all(NOW, 2 * HOUR)

    assert [digest["count"] for digest in told(ann, "auto_search_found")] == [1]


def test_the_end_of_vip_is_told_once():
    ann = make_seeker(left=HOUR)

    look_all(NOW, 3 * HOUR)
    tell_of_endings(NOW + 2 * HOUR)
    tell_of_endings(NOW + 3 * HOUR)

    assert len(told(ann, "ended")) == 1


def test_vip_bought_before_its_end_goes_on_without_a_gap():
    ann = make_seeker(left=HOUR)
    look_all(NOW, HOUR - WAIT)
    Membership.objects.filter(pk=ann.pk).update(vip_until=NOW + DAY)

    look_all(NOW + HOUR, HOUR)

    assert len(times_of(ann)) == 2 * HOUR // WAIT + 1
