from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import OutboxMessage
from accounts.services import COMMAND
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from tests.factories import make_member
from tests.queries import at_most
from vip.jobs import purge_drafts, tell_of_endings
from vip.models import Grant, GrantOrder, Membership, Plan
from vip.services import Audience, buy_plan, draft_grant, endings, grant_vip, revoke_vip

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_vip(left=timedelta(hours=20), **fields):
    member = make_member(**fields)
    Membership.objects.create(member=member, vip_until=NOW + left)
    return member


def told():
    return [
        (message.kind, message.params["notice"])
        for message in OutboxMessage.objects.filter(kind__startswith="vip.end").order_by("pk")
    ]


@pytest.fixture
def clock(monkeypatch):
    """Sets the time at which notices are made."""

    def set_to(moment):
        monkeypatch.setattr("botrunner.vip_notices.timezone.now", lambda: moment)

    set_to(NOW)
    return set_to


def words(message=None):
    """What the member reads; None when there is nothing to tell any more."""
    message = message or OutboxMessage.objects.get()
    with speaking_to(message.member):
        reply = NOTICES[message.kind](message)
    return reply and reply.text


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=24, seconds=1), []),
        (timedelta(hours=24), [("vip.ending", "24h")]),
        (timedelta(hours=1, seconds=1), [("vip.ending", "24h")]),
        (HOUR, [("vip.ending", "1h")]),
        (timedelta(seconds=1), [("vip.ending", "1h")]),
        (timedelta(0), [("vip.ended", "ended")]),
        (-timedelta(days=6), [("vip.ended", "ended")]),
        (-timedelta(days=7), []),
    ],
)
def test_each_expiry_gets_the_most_urgent_notice(left, expected):
    make_vip(left)

    tell_of_endings(NOW)

    assert told() == expected


def test_notices_are_never_told_twice():
    make_vip()

    assert tell_of_endings(NOW) == 1
    assert tell_of_endings(NOW + timedelta(minutes=5)) == 0
    assert len(told()) == 1


def test_a_whole_life_is_told_three_times():
    make_vip(timedelta(hours=30))

    for hours in range(60):
        tell_of_endings(NOW + hours * HOUR)

    assert told() == [("vip.ending", "24h"), ("vip.ending", "1h"), ("vip.ended", "ended")]


def test_a_renewed_vip_is_told_of_its_new_end():
    member = make_vip()
    tell_of_endings(NOW)
    Membership.objects.filter(pk=member.pk).update(vip_until=NOW + timedelta(days=7, hours=20))

    tell_of_endings(NOW + timedelta(days=7))

    assert told() == [("vip.ending", "24h")] * 2


def test_who_wants_no_notices_gets_none():
    make_vip(notify_vip=False)
    make_vip(banned_at=NOW)

    tell_of_endings(NOW)

    assert told() == []


def test_a_day_bought_now_is_not_told_to_end_in_a_day():
    member, plan = make_member(points=500), Plan.objects.get(code="1d")
    buy_plan(member_id=member.pk, plan_id=plan.pk, quoted_price=500, key="k", now=NOW)

    tell_of_endings(NOW + timedelta(minutes=5))
    assert told() == []

    tell_of_endings(NOW + timedelta(hours=23, minutes=5))
    assert told() == [("vip.ending", "1h")]


def test_who_was_revoked_is_not_told_that_vip_ended():
    member = make_vip()
    revoke_vip(member_id=member.pk, reason="Spam", actor=COMMAND, key="r", now=NOW)

    tell_of_endings(NOW + HOUR)

    assert told() == []


def test_all_batches_are_told(monkeypatch):
    monkeypatch.setattr(endings, "BATCH", 3)
    for hours in (2, 2, 2, 2, 3, 4, 4):
        make_vip(hours * HOUR)

    assert tell_of_endings(NOW) == 7
    assert tell_of_endings(NOW) == 0


def test_a_run_takes_few_queries():
    for _ in range(30):
        make_vip()

    with at_most(6):
        tell_of_endings(NOW)


def test_the_notice_says_when_and_how_long(clock):
    make_vip(timedelta(hours=20, minutes=30), timezone="Asia/Dubai")
    tell_of_endings(NOW)

    text = words()

    assert "20\u00a0h 30\u00a0min" in text
    assert "2 May 2026, 12:30" in text


@pytest.mark.parametrize("left", [timedelta(hours=20), HOUR / 2, timedelta(0)])
def test_renewal_cancels_the_notice(clock, left):
    member = make_vip(left)
    tell_of_endings(NOW)
    assert words() is not None

    Membership.objects.filter(pk=member.pk).update(vip_until=NOW + timedelta(days=9))

    assert words() is None


def test_a_notice_no_longer_wanted_is_dropped(clock):
    make_vip()
    tell_of_endings(NOW)
    message = OutboxMessage.objects.get()
    message.member.notify_vip = False

    assert words(message) is None


@pytest.mark.parametrize(
    ("left", "late", "is_told"),
    [
        (timedelta(hours=20), timedelta(hours=18), True),
        (timedelta(hours=20), timedelta(hours=19), False),
        (HOUR / 2, HOUR / 3, True),
        (HOUR / 2, HOUR / 2, False),
    ],
)
def test_a_notice_sent_too_late_gives_way_to_the_next_one(clock, left, late, is_told):
    make_vip(left)
    tell_of_endings(NOW)

    clock(NOW + late)

    assert (words() is not None) == is_told


def test_a_grant_is_told_with_its_days_and_the_expiry(clock):
    member = make_vip(timedelta(days=1))
    grant_vip(
        audience=Audience.named([member.pk]),
        days=7,
        reason="Thanks",
        actor=COMMAND,
        key="k",
        now=NOW,
    )

    text = words()

    assert "7 days" in text
    assert "9 May 2026" in text


def test_a_revocation_is_told_with_its_reason_escaped(clock):
    member = make_vip()
    revoke_vip(member_id=member.pk, reason="<b>Spam", actor=COMMAND, key="r", now=NOW)

    assert "&lt;b&gt;Spam" in words()


def test_drafts_never_confirmed_are_dropped_and_acts_are_kept():
    member = make_member()
    order = {"audience": Audience.named([member.pk]), "days": 7, "reason": "x", "actor": COMMAND}
    draft_grant(**order, key="draft", now=NOW)
    grant_vip(**order, key="act", now=NOW)

    assert purge_drafts(NOW + timedelta(hours=23)) == 0
    assert purge_drafts(NOW + timedelta(hours=25)) == 1
    assert [order.key for order in GrantOrder.objects.all()] == ["act"]
    assert Grant.objects.count() == 1
