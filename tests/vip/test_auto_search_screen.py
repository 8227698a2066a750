"""Auto-search as the member meets it: the VIP menu and the messages."""

from datetime import timedelta

import pytest

from accounts.models import OutboxMessage
from accounts.services import COMMAND
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from points.models import PointsSettings
from tests.factories import make_member
from tests.phone import Phone
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
)
from vip.jobs import tell_of_endings
from vip.models import AutoSearch, Membership
from vip.services import revoke_vip, set_auto_search

pytestmark = pytest.mark.django_db


def phone_of(member, now=NOW):
    phone = Phone(member)
    phone.now = now
    return phone


def make_vip(**fields):
    member = make_member(**fields)
    Membership.objects.create(member=member, vip_until=NOW + 30 * DAY)
    return member


def words(kind, now, monkeypatch, member=None):
    """What the last message of this kind says when it is sent."""
    monkeypatch.setattr("botrunner.search_notices.timezone.now", lambda: now)
    message = OutboxMessage.objects.filter(kind=f"vip.{kind}").order_by("pk").last()
    with speaking_to(message.member):
        reply = NOTICES[message.kind](message)
    return reply and reply.text


def test_without_vip_it_is_named_and_not_offered():
    phone = phone_of(make_member())

    text = phone.say("/vip")

    assert "auto-search: I search for you, up to 60 times in 24 hours" in text
    assert not any("auto-search" in label for label in phone.buttons)


def test_one_tap_turns_it_on_and_one_tap_off():
    member = make_vip()
    phone = phone_of(member)
    assert "<b>Auto-search</b> is off" in phone.say("/vip")

    assert "<b>Auto-search</b> is on" in phone.press("Turn auto-search on")
    assert row_of(member).is_on
    assert "<b>Auto-search</b> is off" in phone.press("Turn auto-search off")
    assert not row_of(member).is_on


def test_an_old_button_without_vip_says_what_is_needed():
    member = make_vip()
    phone = phone_of(member)
    phone.say("/vip")
    phone.now = NOW + 31 * DAY

    text = phone.press("Turn auto-search on")

    assert "comes with VIP" in text
    assert "👑 VIP" in phone.buttons
    assert not AutoSearch.objects.exists()


def test_the_menu_shows_what_is_used_and_the_boost():
    member = make_seeker()
    look(NOW)
    AutoSearch.objects.update(boost=20, boost_until=NOW + DAY)

    text = phone_of(member).say("/vip")

    assert "Searches in the last 24 hours: 1 of 80" in text
    assert "Your boost: +20 a day until 2 May 2026, 12:00" in text


def test_the_menu_says_when_it_goes_on():
    set_limit(1)
    member = make_seeker()
    look(NOW)

    assert "It goes on by itself: 2 May 2026, 12:00" in phone_of(member).say("/vip")


def test_the_menu_of_who_lost_vip_says_that_it_rests_and_lets_him_turn_it_off():
    member = make_seeker(left=WAIT)
    look_all(NOW, 2 * WAIT)
    phone = phone_of(member, NOW + HOUR)

    assert "rests" in phone.say("/vip")
    phone.press("Turn auto-search off")

    assert not row_of(member).is_on


def test_the_digest_tells_count_points_and_items(monkeypatch):
    PointsSettings.objects.create(search_points_min=5, search_points_max=5, search_item_percent=100)
    make_seeker()
    look(NOW)
    look(NOW + HOUR)

    text = words("auto_search_found", NOW + HOUR, monkeypatch)

    assert "I searched for you 2 times and found <b>20 points</b>" in text
    assert "in your bag now" in text and "· <b>" in text


def test_the_limits_notice_says_when_it_goes_on_and_is_dropped_when_it_has(monkeypatch):
    set_limit(1)
    make_seeker()
    look_all(NOW, WAIT)

    text = words("auto_search_limit", NOW + HOUR, monkeypatch)
    assert "1 search in 24 hours" in text and "2 May 2026, 12:00" in text

    assert words("auto_search_limit", NOW + DAY, monkeypatch) is None


def test_the_limits_notice_is_dropped_for_who_switched_it_off(monkeypatch):
    set_limit(1)
    member = make_seeker()
    look_all(NOW, WAIT)
    set_auto_search(member_id=member.pk, is_on=False, now=NOW + HOUR)

    assert words("auto_search_limit", NOW + HOUR, monkeypatch) is None


@pytest.mark.parametrize("is_on", [True, False])
def test_the_end_of_vip_tells_in_one_message_that_it_rests(monkeypatch, is_on):
    member = make_seeker(left=HOUR)
    set_auto_search(member_id=member.pk, is_on=is_on, now=NOW)
    tell_of_endings(NOW + HOUR)

    assert ("Auto-search rests now" in words("ended", NOW + HOUR, monkeypatch)) == is_on


@pytest.mark.parametrize("is_on", [True, False])
def test_who_loses_vip_to_the_staff_is_told_that_it_rests(monkeypatch, is_on):
    member = make_seeker()
    set_auto_search(member_id=member.pk, is_on=is_on, now=NOW)
    revoke_vip(member_id=member.pk, reason="fraud", actor=COMMAND, key="r", now=NOW)

    text = words("revoked", NOW, monkeypatch)

    assert "fraud" in text and ("Auto-search rests now" in text) == is_on


def test_a_members_copy_of_his_data_has_his_choice_and_his_boosts():
    from vip.exports import export_member

    member = make_seeker()
    look(NOW)

    copy = export_member(member.pk)

    assert copy["auto_search"]["is_on"] and copy["auto_search"]["count"] == 1
    assert copy["boosts"] == [] and len(times_of(member)) == 1
    assert export_member(make_member().pk)["auto_search"] is None


def test_two_looks_within_the_wait_show_the_member_one_search():
    member = make_seeker()
    look(NOW)
    look(NOW + timedelta(seconds=1))

    assert "1 of 60" in phone_of(member, NOW + HOUR).say("/vip")
