"""Boosts of auto-search: adding, extending, replacing, the warning."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import MemberGone, ReasonRequired
from accounts.models import AuditEntry, OutboxMessage
from accounts.services import SYSTEM, delete_member
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from points.errors import KeyReused
from tests.factories import make_member
from tests.vip.auto_searches import (
    DAY,
    HOUR,
    NOW,
    WAIT,
    give_boost,
    look,
    look_all,
    make_seeker,
    row_of,
    set_limit,
    times_of,
    told,
)
from vip.errors import BoostTooLarge, InvalidBoost
from vip.models import BOOST_MAX, VIP_UNTIL_MAX, AutoSearch
from vip.selectors import auto_search_standing

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def stands(member):
    row = row_of(member)
    return row.boost, row.boost_until


def words(message):
    """What the member reads; None when there is nothing to tell any more."""
    with speaking_to(message.member):
        reply = NOTICES[message.kind](message)
    return reply and reply.text


def test_a_boost_adds_to_the_limit_until_its_end():
    set_limit(2)
    ann = make_seeker()
    give_boost(ann, added=3, until=NOW + 2 * DAY)

    look_all(NOW, 10 * WAIT)
    assert len(times_of(ann)) == 5
    assert auto_search_standing(ann.pk, NOW + HOUR).limit == 5

    look_all(NOW + 2 * DAY, 10 * WAIT)
    assert len(times_of(ann)) == 7
    assert auto_search_standing(ann.pk, NOW + 2 * DAY).boost == 0


def test_who_had_used_up_the_limit_goes_on_at_once():
    set_limit(2)
    ann = make_seeker()
    look_all(NOW, 3 * WAIT)

    give_boost(ann, added=1, now=NOW + HOUR)
    look(NOW + HOUR)

    assert times_of(ann)[2:] == [NOW + HOUR]


def test_on_a_running_boost_it_adds_and_keeps_the_later_end():
    ann = make_member()
    give_boost(ann, added=10, until=NOW + 5 * DAY)

    give_boost(ann, added=5, until=NOW + 2 * DAY, key="b2")
    assert stands(ann) == (15, NOW + 5 * DAY)

    give_boost(ann, added=1, until=NOW + 9 * DAY, key="b3")
    assert stands(ann) == (16, NOW + 9 * DAY)


def test_an_expired_boost_is_replaced():
    ann = make_member()
    give_boost(ann, added=10, until=NOW + DAY)

    give_boost(ann, added=3, until=NOW + 2 * DAY, now=NOW + DAY, key="b2")

    assert stands(ann) == (3, NOW + 2 * DAY)


def test_the_same_key_boosts_once_and_nothing_else(state):
    ann = make_member()
    first = give_boost(ann)
    before = state()

    assert give_boost(ann, now=NOW + HOUR) == first
    with pytest.raises(KeyReused):
        give_boost(ann, added=11)

    assert state() == before


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"added": 0}, InvalidBoost),
        ({"added": -5}, InvalidBoost),
        ({"added": BOOST_MAX + 1}, InvalidBoost),
        ({"added": BOOST_MAX - 9}, BoostTooLarge),
        ({"until": NOW}, InvalidBoost),
        ({"until": VIP_UNTIL_MAX + SECOND}, InvalidBoost),
        ({"reason": "  "}, ReasonRequired),
    ],
)
def test_a_refused_boost_changes_nothing(state, asked, refusal):
    ann = make_member()
    give_boost(ann, added=10)
    before = state()

    with pytest.raises(refusal):
        give_boost(ann, **{"key": "b2", **asked})

    assert state() == before


def test_who_has_deleted_his_data_is_not_boosted(state):
    ann = make_member()
    delete_member(member_id=ann.pk, actor=SYSTEM, now=NOW)
    before = state()

    with pytest.raises(MemberGone):
        give_boost(ann)

    assert state() == before


@pytest.mark.parametrize(
    "values",
    [
        {"boost": BOOST_MAX + 1, "boost_until": NOW},
        {"boost": 1, "boost_until": None},
        {"boost": 0, "boost_until": NOW},
        {"boost": 1, "boost_until": VIP_UNTIL_MAX + SECOND},
        {"is_on": False, "due_at": NOW},
        {"found_count": 1, "digest_at": None},
    ],
)
def test_the_database_refuses_what_no_service_writes(values):
    ann = make_member()

    with pytest.raises(IntegrityError), transaction.atomic():
        AutoSearch.objects.create(member=ann, **values)


def test_the_member_is_told_and_the_act_is_in_the_audit():
    ann = make_member()

    boost = give_boost(ann, added=10)

    message = OutboxMessage.objects.get(kind="vip.boosted")
    assert "10 auto-searches more a day" in words(message)
    audit = AuditEntry.objects.get(action="vip.boost")
    assert (audit.member_id, audit.reason, audit.details["boost"]) == (ann.pk, "birthday", 10)
    assert str(boost) == "+10 until 2026-05-06"


@pytest.fixture
def clock(monkeypatch):
    """Sets the time at which notices are made."""

    def set_to(moment):
        monkeypatch.setattr("botrunner.search_notices.timezone.now", lambda: moment)

    set_to(NOW)
    return set_to


def warnings():
    return list(OutboxMessage.objects.filter(kind="vip.boost_ending").order_by("due_at"))


def test_the_end_is_warned_of_once_two_hours_before(clock):
    ann, end = make_member(), NOW + 5 * DAY
    give_boost(ann, added=10, until=end)
    give_boost(ann, added=2, until=end, key="b2")

    (warning,) = warnings()
    clock(end - 2 * HOUR)

    assert warning.due_at == end - 2 * HOUR
    assert "+12 a day" in words(warning) and "2\u00a0h" in words(warning)


def test_an_extended_boost_is_warned_of_at_its_new_end_only(clock):
    ann, end = make_member(), NOW + 5 * DAY
    give_boost(ann, until=end)
    give_boost(ann, until=end + DAY, key="b2")

    first, second = warnings()
    clock(end - 2 * HOUR)
    assert words(first) is None
    clock(end + DAY - 2 * HOUR)
    assert words(second)


@pytest.mark.parametrize("late", [timedelta(), SECOND])
def test_a_warning_that_comes_too_late_is_dropped(clock, late):
    ann, end = make_member(), NOW + 5 * DAY
    give_boost(ann, until=end)

    clock(end + late)

    assert words(warnings()[0]) is None


def test_a_boost_of_two_hours_needs_no_warning():
    give_boost(make_member(), until=NOW + 2 * HOUR)

    assert warnings() == []


def test_a_boost_survives_being_switched_off_and_counts_from_the_first_search():
    set_limit(1)
    ann = make_member()
    give_boost(ann, added=1)

    assert told(ann, "boosted") != []
    assert auto_search_standing(ann.pk, NOW).limit == 2
    assert not row_of(ann).is_on
