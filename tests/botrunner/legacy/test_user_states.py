import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Member
from accounts.services import COMMAND
from tests.botrunner.legacy.files import reasons, run, state, write
from tests.factories import make_member
from tests.vip.films import HOUR, NOON, draft, publish_many, watch, watch_round
from vip.models import Membership, SeenBefore, VideoView
from vip.services import next_video, publish_video

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SOON = (NOW + timedelta(days=3)).replace(microsecond=0)


def premium() -> dict[int | None, datetime | None]:
    return dict(Membership.objects.values_list("member__telegram_id", "premium_until"))


def test_premium_that_runs_is_kept_to_the_second(tmp_path):
    bare = SOON.replace(tzinfo=None).isoformat()
    elsewhere = SOON.astimezone(UTC).isoformat()
    rows = {"7001": {"premium_until": bare}, "7002": {"premium_until": elsewhere}}

    run("user_states", write(tmp_path, "user_states.json", rows))

    assert premium() == {7001: SOON, 7002: SOON}


def test_expired_premium_comes_in_as_history(tmp_path):
    rows = {"7001": {"premium_until": "2020-01-02T03:04:05"}}

    run("user_states", write(tmp_path, "user_states.json", rows))

    membership = Membership.objects.get()
    assert membership.premium_until == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert not membership.is_premium(NOW)


def test_longer_premium_here_stays(tmp_path):
    member = make_member(telegram_id=7001)
    later = SOON + timedelta(days=1)
    Membership.objects.create(member=member, premium_until=later)

    run(
        "user_states",
        write(tmp_path, "user_states.json", {"7001": {"premium_until": SOON.isoformat()}}),
    )

    assert premium() == {7001: later}


@pytest.mark.parametrize(
    "value",
    ["soon", 10**15, [], {}, True, "2026-13-01", "9999-12-31", "0001-01-01T00:00:00+14:00"],
    ids=repr,
)
def test_what_is_no_time_is_told_and_the_rest_of_the_user_comes_in(tmp_path, value):
    rows = {"7001": {"premium_until": value, "seen_videos": [3]}}

    report = run("user_states", write(tmp_path, "user_states.json", rows))

    assert list(reasons(report)) == ["7001.premium_until"]
    assert premium() == {}
    assert list(SeenBefore.objects.values_list("number", flat=True)) == [3]


def test_videos_seen_there_are_not_sent_here_not_even_those_published_later(tmp_path):
    rows = {"7001": {"seen_videos": [1, "2", 5, 5]}}
    publish_many(3)
    run("user_states", write(tmp_path, "user_states.json", rows))
    member = Member.objects.get()

    drawn = [draw(member, "a")]
    publish_many(3)
    drawn += [draw(member, "b"), draw(member, "c")]

    assert drawn[0] == 3
    assert set(drawn) == {3, 4, 6}


def test_the_next_round_shows_them_again(tmp_path):
    publish_many(3)
    rows = {"7001": {"seen_videos": [1, 2]}}
    run("user_states", write(tmp_path, "user_states.json", rows))
    member = Member.objects.get()

    drawn = [draw(member, key) for key in "abcd"]

    assert drawn[0] == 3
    assert set(drawn[1:]) == {1, 2, 3}


def test_who_has_seen_all_there_begins_a_new_round(tmp_path):
    publish_many(2)
    rows = {"7001": {"seen_videos": [1, 2]}}
    run("user_states", write(tmp_path, "user_states.json", rows))

    assert draw(Member.objects.get(), "a") in (1, 2)
    assert VideoView.objects.get().round == 2


def test_what_is_published_in_a_later_round_counts_as_seen_in_that_one(tmp_path):
    publish_many(2)
    run("user_states", write(tmp_path, "user_states.json", {"7001": {"seen_videos": [3]}}))
    member = Member.objects.get()
    first_round = watch_round(member, NOON)
    publish_video(video_id=draft("Film").pk, actor=COMMAND, now=NOON + HOUR)

    later = [watch(member, now=NOON + 2 * HOUR) for _ in range(4)]

    # One of two was left of the second round; the third has all of them.
    assert len(first_round) == 2
    assert [shown.is_new_round for shown in later] == [False, True, False, False]
    assert later[0].video.number != 3
    assert {shown.video.number for shown in later[1:]} == {1, 2, 3}


def draw(member: Member, key: str) -> int:
    return next_video(member_id=member.pk, key=key, now=timezone.now()).video.number


def test_bad_numbers_and_users_are_told(tmp_path):
    rows = {
        "7001": {"seen_videos": [1, None, "x", -2, 1.5, [], 10**10], "ad_token": 5},
        "7002": {"seen_videos": "1,2", "hourly_count": "many", "last_reset": "?", "extra": 1},
        "7003": None,
        "bot": {},
        "7004": [],
    }

    report = run("user_states", write(tmp_path, "user_states.json", rows))

    bad = [f"7001.seen_videos[{index}]" for index in range(1, 7)]
    rest = ["7001.ad_token", "7002.hourly_count", "7002.last_reset", "7002.seen_videos"]
    assert sorted(reasons(report)) == sorted([*bad, *rest, "7003", "7004", "bot"])
    assert sorted(Member.objects.values_list("telegram_id", flat=True)) == [7001, 7002]


def test_of_a_truncated_file_the_whole_users_come_in(tmp_path):
    whole = json.dumps({"7001": {"seen_videos": [1]}, "7002": {"seen_videos": [2, 3]}})

    report = run("user_states", write(tmp_path, "user_states.json", whole[:-6]))

    assert list(Member.objects.values_list("telegram_id", flat=True)) == [7001]
    assert "damaged" in reasons(report)["file"]


def test_a_second_import_changes_nothing(tmp_path):
    rows = {"7001": {"seen_videos": [1, 2], "premium_until": SOON.isoformat()}}
    path = write(tmp_path, "user_states.json", rows)
    run("user_states", path)
    Membership.objects.update(premium_until=None)
    before = state(), list(SeenBefore.objects.values())

    report = run("user_states", path)

    assert (state(), list(SeenBefore.objects.values())) == before
    assert (report["given"], premium()) == ({}, {7001: None})
