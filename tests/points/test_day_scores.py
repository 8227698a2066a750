"""What a member earned on a UTC day is counted as it happens."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from random import Random
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.models import Chat
from points.models import Board, DayScore, Entry, PointsSettings
from points.services import (
    Cause,
    add_day_score,
    adjust,
    credit,
    debit,
    earn_by_message,
    lock_wallet,
    reverse_entry,
    reward_referral,
    transfer,
)
from tests.concurrency import run_together
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

TODAY, DAY = NOW.date(), timedelta(days=1)
EARNED = (
    *("welcome", "referral", "daily", "search", "level", "jackpot", "vouch"),
    *("game_stake", "game_payout", "game_refund", "game_bonus"),
)


def post(member, amount, kind, key, now=NOW):
    with transaction.atomic():
        move = credit if amount > 0 else debit
        return move(lock_wallet(member.pk), abs(amount), Cause(kind=kind, key=key, now=now))


def days_of(member, board=Board.POINTS):
    rows = DayScore.objects.filter(member=member, board=board)
    return dict(rows.values_list("day", "score"))


@pytest.mark.parametrize("kind", Entry.Kind.values)
def test_only_what_is_earned_counts(kind):
    ann = make_member(points=100)

    post(ann, 7, kind, "in")
    post(ann, -3, kind, "out")

    assert days_of(ann) == ({TODAY: 4} if kind in EARNED else {})


def test_a_day_ends_at_midnight_utc():
    ann = make_member()
    midnight = datetime(2026, 3, 2, tzinfo=UTC)

    post(ann, 5, "search", "late", midnight - timedelta(microseconds=1))
    post(ann, 3, "search", "early", midnight)

    assert days_of(ann) == {date(2026, 3, 1): 5, date(2026, 3, 2): 3}


def test_a_repeated_key_counts_once():
    ann = make_member()

    for _ in range(3):
        post(ann, 5, "search", "same")

    assert days_of(ann) == {TODAY: 5}


def test_transfers_and_gifts_of_staff_are_not_earned(actor):
    ann, boris = make_member(points=50), make_member()

    transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=5, key="t", now=NOW)
    adjust(member_id=boris.pk, change=5, reason="kind", key="a", actor=actor, now=NOW)

    assert not DayScore.objects.exists()


def test_a_reversal_takes_off_the_day_of_what_it_reverses(actor):
    ann = make_member()
    posting = post(ann, 9, "game_payout", "win", NOW - 3 * DAY)
    post(ann, 4, "search", "found", NOW - 3 * DAY)

    reverse_entry(entry_id=posting.entry_id, reason="broken", actor=actor, now=NOW)

    assert days_of(ann) == {TODAY - 3 * DAY: 4}


def test_reversals_of_what_did_not_count_count_neither(actor):
    ann, boris = make_member(points=50), make_member()
    transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=5, key="t", now=NOW)

    reverse_entry(entry_id=Entry.objects.latest("pk").pk, reason="oops", actor=actor, now=NOW)

    assert not DayScore.objects.exists()


def test_xp_counts_on_the_day_it_is_earned():
    Chat.objects.create(telegram_id=-1, kind="supergroup", is_enabled=True)
    ann = make_member()

    for number, now in enumerate((NOW, NOW + DAY), start=1):
        earn_by_message(
            member_id=ann.pk,
            chat_telegram_id=-1,
            message_id=number,
            now=now,
            voice_seconds=50,
            chance=Random(1),
        )

    assert days_of(ann, Board.XP) == {TODAY: 6, TODAY + DAY: 6}


@pytest.mark.parametrize("points", [0, 25])
def test_an_invitation_counts_on_its_day_for_the_inviter(points):
    PointsSettings.objects.create(referral_points=points)
    ann, boris = make_member(), make_member()

    reward_referral(inviter_id=ann.pk, invited_id=boris.pk, now=NOW)

    assert days_of(ann, Board.INVITES) == {TODAY: 1}
    assert days_of(boris, Board.INVITES) == {}


def test_a_repeated_reward_counts_no_second_invitation():
    ann, boris = make_member(), make_member()

    for _ in range(2):
        reward_referral(inviter_id=ann.pk, invited_id=boris.pk, now=NOW)

    assert days_of(ann, Board.INVITES) == {TODAY: 1}


def test_a_later_change_makes_the_day_dirty_again():
    ann = make_member()
    add_day_score(Board.VOUCHES, ann.pk, TODAY, 1)
    DayScore.objects.update(is_dirty=False)

    add_day_score(Board.VOUCHES, ann.pk, TODAY, -1)

    row = DayScore.objects.get()
    assert (row.score, row.is_dirty) == (0, True)


@pytest.mark.parametrize("is_counted_already", [False, True])
def test_the_days_before_are_counted_as_the_trigger_would_have(actor, is_counted_already):
    ann, boris = make_member(points=100), make_member()
    now = datetime.now(UTC)
    for number in range(45):
        post(ann, number + 1, "search", f"s{number}", now - number * DAY)
    posting = post(boris, 9, "game_payout", "win", now - 3 * DAY)
    post(boris, 4, "search", "found", now - 3 * DAY)
    reverse_entry(entry_id=posting.entry_id, reason="broken", actor=actor, now=now)
    transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=5, key="t", now=now)
    make_member(referred_by=ann, joined_at=now - 2 * DAY)
    make_member(referred_by=ann, joined_at=now - 40 * DAY)
    counted = {
        member: {
            day: score for day, score in days_of(member).items() if now.date() - day < 30 * DAY
        }
        for member in (ann, boris)
    }
    if not is_counted_already:
        DayScore.objects.all().delete()
    DayScore.objects.filter(day__lte=now.date() - 30 * DAY).delete()

    migration = import_module("points.migrations.0018_days_before")
    migration.count_days(apps, SimpleNamespace(connection=connection))

    assert {member: days_of(member) for member in (ann, boris)} == counted
    assert len(counted[ann]) == 30
    assert days_of(ann, Board.INVITES) == {now.date() - 2 * DAY: 1}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_entries_at_the_same_time_are_all_counted():
    members = [make_member() for _ in range(3)]

    def earn(number):
        return lambda: post(members[number % 3], 1, "search", f"k{number}")

    run_together(*(earn(number) for number in range(24)))

    assert [days_of(member) for member in members] == [{TODAY: 8}] * 3
