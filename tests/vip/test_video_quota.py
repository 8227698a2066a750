"""How many videos an hour allows: counted once, refused at the end, new with the next hour."""

from datetime import timedelta

import pytest

from accounts.services import COMMAND, delete_member
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.films import HOUR, NOON, publish, publish_many, take_down, views_of, watch
from vip.errors import NoVideos, VideosUsedUp
from vip.models import Membership, VideoView, VideoViewer, VipSettings
from vip.services import replace_video

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def member():
    publish_many(30)
    return make_member()


def watch_all(member, count=5, now=NOON):
    return [watch(member, now=now).used for _ in range(count)]


def state():
    return list(VideoViewer.objects.values())


def test_five_are_counted_and_the_sixth_is_refused_and_changes_nothing(member):
    assert watch_all(member) == [1, 2, 3, 4, 5]
    before = state()

    with pytest.raises(VideosUsedUp) as refused:
        watch(member, now=NOON + timedelta(minutes=20))

    assert state() == before and views_of(member) == 5
    assert refused.value.params == {
        "ready_at": NOON + HOUR,
        "wait": timedelta(minutes=40),
        "allowed": 5,
    }


@pytest.mark.parametrize(("late", "used"), [(timedelta(0), 1), (SECOND, 1), (5 * HOUR, 1)])
def test_the_next_clock_hour_begins_anew(member, late, used):
    watch_all(member, now=NOON + 59 * timedelta(minutes=1))

    assert watch(member, now=NOON + HOUR + late).used == used


def test_the_last_moment_of_an_hour_is_still_of_that_hour(member):
    watch_all(member)

    with pytest.raises(VideosUsedUp) as refused:
        watch(member, now=NOON + HOUR - MOMENT)

    assert refused.value.params["wait"] == MOMENT


@pytest.mark.parametrize("back", [SECOND, HOUR, 48 * HOUR])
def test_a_clock_set_back_gives_nothing_away(member, back):
    watch_all(member)

    with pytest.raises(VideosUsedUp) as refused:
        watch(member, now=NOON - back)

    assert refused.value.params["ready_at"] == NOON + HOUR


def test_a_clock_set_back_goes_on_counting(member):
    watch_all(member, 3)

    assert watch_all(member, 2, now=NOON - HOUR) == [4, 5]
    with pytest.raises(VideosUsedUp):
        watch(member)


@pytest.mark.parametrize("field", ["vip_until", "premium_until"])
def test_vip_and_premium_are_not_counted(member, field):
    Membership.objects.create(member=member, **{field: NOON + SECOND})

    assert watch_all(member, 12) == [None] * 12


@pytest.mark.parametrize("field", ["vip_until", "premium_until"])
def test_what_ends_in_mid_hour_leaves_the_hour_s_own_videos(member, field):
    """The very second of the end is no longer covered."""
    watch_all(member, 2)
    Membership.objects.create(member=member, **{field: NOON + 10 * SECOND})
    assert watch_all(member, 9, now=NOON + 9 * SECOND) == [None] * 9

    assert watch_all(member, 3, now=NOON + 10 * SECOND) == [3, 4, 5]
    with pytest.raises(VideosUsedUp):
        watch(member, now=NOON + 11 * SECOND)


def test_vip_lost_since_the_member_was_loaded_counts_at_once(member):
    membership = Membership.objects.create(member=member, vip_until=NOON + HOUR)
    assert member.membership.is_vip(NOON)
    Membership.objects.filter(pk=membership.pk).update(vip_until=NOON)

    assert watch(member).used == 1


@pytest.mark.parametrize(("allowed", "used"), [(9, 6), (6, 6)])
def test_a_higher_number_holds_at_once(member, allowed, used):
    watch_all(member)
    VipSettings.objects.create(videos_hourly_max=allowed)

    assert watch(member).used == used


def test_a_lower_number_holds_at_once(member):
    watch_all(member, 3)
    VipSettings.objects.create(videos_hourly_max=3)

    with pytest.raises(VideosUsedUp):
        watch(member)


def test_the_same_press_is_counted_once_and_answered_even_at_the_end(member):
    watch_all(member, 4)
    first = watch(member, key="u1")

    again = watch(member, key="u1", now=NOON + HOUR)

    assert (again.video, again.used) == (first.video, 5)
    assert views_of(member) == 5


def test_a_press_of_a_video_taken_down_since_is_answered_with_another_uncounted(member):
    watch_all(member, 4)
    first = watch(member, key="u1")
    take_down(first.video)

    again = watch(member, key="u1")

    assert again.video != first.video and again.used == 5


def test_a_video_that_did_not_arrive_is_replaced_uncounted_and_is_not_seen(member):
    first = watch(member, key="u1")

    facts = {"member_id": member.pk, "video_id": first.video.pk, "key": "u1", "is_counted": True}
    other = replace_video(**facts, now=NOON)
    same = replace_video(**facts, now=NOON)

    assert other.video == same.video != first.video
    assert VideoViewer.objects.get().used == 1 and views_of(member) == 1
    assert not VideoView.objects.filter(video=first.video).exists()


@pytest.mark.parametrize("is_last", [False, True])
def test_what_cannot_be_replaced_is_given_back_once(is_last):
    member, video = make_member(), publish()
    watch(member, key="u1")
    if is_last:
        publish_many(3)
    else:
        take_down(video)

    for _ in range(2):
        facts = {"member_id": member.pk, "video_id": video.pk, "key": "u1", "is_last": is_last}
        assert replace_video(**facts, is_counted=True, now=NOON) is None

    viewer = VideoViewer.objects.get()
    assert (viewer.used, viewer.round) == (0, 1)


def test_who_finds_nothing_is_not_counted():
    member, video = make_member(), publish()
    watch(member)
    take_down(video)

    with pytest.raises(NoVideos):
        watch(member)

    assert VideoViewer.objects.get().used == 1


def test_deleting_one_s_data_and_coming_back_brings_no_more_videos_of_the_hour(member):
    phone = Phone(member)
    phone.now = NOON
    watch_all(member, 4)
    for is_refused in (False, True):
        delete_member(member_id=phone.member.pk, actor=COMMAND, now=NOON)
        assert not VideoView.objects.exists()
        phone.say("/start")

        phone.say("/videos")
        assert VideoView.objects.exists() is not is_refused

    phone.now = NOON + HOUR
    phone.say("/videos")
    assert VideoViewer.objects.get().used == views_of(phone.member) == 1


def test_who_deletes_his_data_leaves_no_word_of_what_he_watched(member):
    shown = watch(member)
    delete_member(member_id=member.pk, actor=COMMAND, now=NOON)

    left = VideoViewer.objects.get()
    assert (left.last_video_id, left.last_key, left.round, left.top, left.cursor) == (
        *(None, "", 1, 0, 0),
    )
    assert (left.used, left.hour) == (1, NOON)
    assert not VideoView.objects.filter(video=shown.video).exists()
