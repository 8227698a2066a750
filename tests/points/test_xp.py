from datetime import timedelta
from random import Random

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Chat
from points.levels import level_of_xp, xp_of_level
from points.models import Entry, GroupMessage, PointsSettings, Progress
from points.selectors import balance_of, count_jackpots, progress_of
from points.services import earn_by_message, earn_by_reaction, forget_group_messages
from points.services import group_messages as kept
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

MINUTE, SECOND, DAY = timedelta(seconds=60), timedelta(seconds=1), timedelta(days=1)
GROUP, ELSEWHERE = -1001, -1002


@pytest.fixture(autouse=True)
def group():
    return Chat.objects.create(telegram_id=GROUP, kind="supergroup", is_enabled=True)


def write(member, message_id=1, now=NOW, chat=GROUP, **more):
    return earn_by_message(
        member_id=member.pk, chat_telegram_id=chat, message_id=message_id, now=now, **more
    )


def react(reactor_telegram_id, message_id=1, now=NOW, chat=GROUP):
    return earn_by_reaction(
        chat_telegram_id=chat,
        message_id=message_id,
        reactor_telegram_id=reactor_telegram_id,
        now=now,
    )


def xp_of(member):
    return progress_of(member.pk).xp


def set_xp(member, xp):
    Progress.objects.create(member=member, xp=xp, level=level_of_xp(xp))


@given(st.integers(1, 10**9))
def test_a_level_begins_at_its_xp_and_costs_a_hundred_times_itself(level):
    start = xp_of_level(level)

    assert (level_of_xp(start), level_of_xp(start - 1) if start else 0) == (level, level - 1)
    assert xp_of_level(level + 1) - start == 100 * level


def test_a_message_earns_one_to_three():
    earned = set()
    for seed in range(30):
        ann = make_member()
        write(ann, message_id=seed, chance=Random(seed))
        earned.add(xp_of(ann))

    assert earned == {1, 2, 3}


@pytest.mark.parametrize(
    ("wait", "counts"), [(MINUTE - SECOND, False), (MINUTE, True), (-SECOND, False), (-DAY, False)]
)
def test_a_message_earns_once_a_minute(wait, counts):
    ann = make_member()
    write(ann)
    before = xp_of(ann)

    write(ann, 2, NOW + wait)

    assert (xp_of(ann) > before) is counts


@pytest.mark.parametrize("jump", [DAY, -DAY, MINUTE])
def test_the_same_message_earns_once_whatever_the_clock(state, jump):
    ann = make_member()
    write(ann, voice_seconds=30)
    before = state()

    write(ann, now=NOW + jump, voice_seconds=30)

    assert state() == before


@pytest.mark.parametrize("is_known", [True, False])
def test_a_group_that_is_not_enabled_gives_and_keeps_nothing(state, is_known):
    if is_known:
        Chat.objects.create(telegram_id=ELSEWHERE, kind="group")
    ann = make_member()
    before = state()

    write(ann, chat=ELSEWHERE, voice_seconds=60)

    assert state() == before


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_frozen_and_banned_members_earn_nothing(field):
    ann = make_member(**{field: NOW})
    write(ann, voice_seconds=600)
    react(5)

    assert not Progress.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("seconds", "xp"), [(9, 0), (10, 1), (125, 12), (-5, 0), (10**9, 360)])
def test_voice_earns_one_for_each_ten_seconds(seconds, xp):
    ann = make_member()
    write(ann)
    before = xp_of(ann)

    write(ann, 2, NOW + SECOND, voice_seconds=seconds)

    assert xp_of(ann) - before == xp
    assert progress_of(ann.pk).voice_seconds == min(max(seconds, 0), 3600)


def test_a_message_that_earns_nothing_costs_two_queries():
    ann = make_member()
    write(ann)

    with at_most(2):
        write(ann, 2, NOW + SECOND)


def test_a_message_that_earns_costs_few_queries():
    ann = make_member()
    write(ann)

    with at_most(6):
        write(ann, 2, NOW + MINUTE)


def test_a_reaction_earns_two_for_the_author_up_to_ten_a_message():
    ann = make_member()
    write(ann)
    before = xp_of(ann)

    earned = []
    for reactor in range(1, 8):
        react(reactor)
        earned.append(xp_of(ann) - before)

    assert earned == [2, 4, 6, 8, 10, 10, 10]


def test_a_member_s_reaction_counts_once_however_often_it_is_changed(state):
    write(make_member())
    react(5)
    before = state()

    react(5)
    react(5, now=NOW + DAY)
    react(5, now=NOW - DAY)

    assert state() == before


def test_one_s_own_reaction_and_those_to_unknown_messages_earn_nothing(state):
    ann = make_member()
    write(ann)
    before = state()

    react(ann.telegram_id)
    react(5, message_id=2)
    react(5, chat=ELSEWHERE)

    assert state() == before


def test_reactions_in_a_group_switched_off_since_earn_nothing(state, group):
    write(make_member())
    group.is_enabled = False
    group.save()
    before = state()

    react(5)

    assert state() == before


def test_a_level_brings_points_once_in_a_lifetime():
    ann = make_member()
    set_xp(ann, 99)

    level_up = write(ann)

    assert (level_up.member_id, level_up.level, level_up.points) == (ann.pk, 2, 50)
    assert balance_of(ann.pk) == 50
    assert Entry.objects.get().key == f"level:{ann.pk}:2"

    Progress.objects.update(xp=99, level=1)
    write(ann, 2, NOW + MINUTE)
    assert balance_of(ann.pk) == 50


def test_each_level_passed_brings_its_points():
    ann = make_member()
    set_xp(ann, 299)

    assert write(ann, voice_seconds=3600).level == 4
    assert balance_of(ann.pk) == 25 * (3 + 4)


@pytest.mark.parametrize(("xp", "level", "jackpots"), [(999, 5, 1), (599, 4, 0), (4499, 10, 1)])
def test_every_fifth_level_brings_a_jackpot_once_in_a_lifetime(xp, level, jackpots):
    ann = make_member()
    set_xp(ann, xp)

    level_up = write(ann)

    assert (level_up.level, level_up.jackpots) == (level, jackpots)
    assert count_jackpots(ann.pk) == jackpots

    Progress.objects.update(xp=xp, level=level - 1, message_at=None)
    write(ann, 2, NOW + MINUTE)
    assert count_jackpots(ann.pk) == jackpots


def test_a_reaction_can_bring_the_level():
    ann = make_member()
    write(ann)
    Progress.objects.update(xp=98)

    assert react(5).level == 2


@pytest.mark.parametrize(("factor", "points"), [(0, 0), (7, 14)])
def test_what_a_level_brings_is_the_owners(factor, points):
    PointsSettings.objects.create(level_points=factor)
    ann = make_member()
    set_xp(ann, 99)

    assert write(ann).points == points == balance_of(ann.pk)


@pytest.mark.parametrize(("xp", "level"), [(100, 1), (99, 2), (0, 0)])
def test_the_database_holds_no_level_that_its_xp_does_not_make(xp, level):
    with pytest.raises(IntegrityError):
        Progress.objects.create(member=make_member(), xp=xp, level=level)


def test_old_messages_are_forgotten():
    ann = make_member()
    write(ann, 1, NOW - 2 * DAY - SECOND)
    write(ann, 2, NOW - DAY)

    assert forget_group_messages(now=NOW) == 1
    assert GroupMessage.objects.get().message_id == 2


def test_messages_above_the_bound_are_forgotten(monkeypatch):
    monkeypatch.setattr(kept, "KEPT_MAX", 3)
    monkeypatch.setattr(kept, "PURGE_SIZE", 2)
    ann = make_member()
    for number in range(8):
        write(ann, number)

    assert forget_group_messages(now=NOW) == 5
    assert list(GroupMessage.objects.values_list("message_id", flat=True)) == [5, 6, 7]


ACTS = st.one_of(
    st.tuples(st.just("write"), st.integers(1, 6), st.integers(0, 5000)),
    st.tuples(st.just("react"), st.integers(1, 6), st.integers(1, 9)),
)


class AnyCourse(TestCase):
    @examples(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(ACTS, st.integers(-86_400, 86_400)), max_size=15))
    def test_levels_follow_xp_and_points_follow_levels(self, course):
        Chat.objects.get_or_create(telegram_id=GROUP, is_enabled=True)
        GroupMessage.objects.all().delete()
        ann, now = make_member(), NOW

        for (act, message_id, value), jump in course:
            now += timedelta(seconds=jump)
            if act == "write":
                write(ann, message_id, now, voice_seconds=value)
            else:
                react(value, message_id, now)

        progress = progress_of(ann.pk)
        assert progress.level == level_of_xp(progress.xp)
        assert balance_of(ann.pk) == sum(25 * level for level in range(2, progress.level + 1))
        assert count_jackpots(ann.pk) == progress.level // 5
