"""Which video comes next: unseen first, once a round, whatever is published and taken down."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.services import COMMAND
from tests.factories import make_member
from tests.queries import at_most
from tests.vip.films import (
    NOON,
    publish,
    publish_many,
    take_down,
    views_of,
    watch,
    watch_round,
)
from vip.errors import NoVideos
from vip.models import Membership, Video, VideoDraw, VideoView, VideoViewer
from vip.services import publish_video
from vip.services.draw import STEPS_MAX

pytestmark = pytest.mark.django_db
FOREVER = NOON.replace(year=2100)


@pytest.fixture
def vip():
    """A member whom no quota stops."""
    member = make_member()
    Membership.objects.create(member=member, vip_until=FOREVER)
    return member


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 40])
def test_a_round_shows_each_video_once_and_then_a_new_one_begins(vip, count):
    videos = publish_many(count)

    for _ in range(3):
        # The first of each later round was taken by the look that ended the one before.
        seen = watch_round(vip)
        VideoView.objects.all().delete()
        VideoViewer.objects.all().delete()
        assert sorted(seen) == sorted(video.pk for video in videos)


def test_rounds_and_members_differ_in_order(vip):
    publish_many(12)
    other = make_member()
    Membership.objects.create(member=other, vip_until=FOREVER)

    orders = [tuple(watch(who).video.pk for _ in range(12)) for who in (vip, vip, other)]

    assert len(set(orders)) == 3
    assert {len(set(order)) for order in orders} == {12}


def test_a_new_round_never_begins_with_what_was_just_seen(vip):
    publish_many(2)

    seen = [watch(vip).video.pk for _ in range(40)]

    assert all(one != other for one, other in zip(seen, seen[1:], strict=False))
    assert VideoViewer.objects.get().round == 20


def test_a_single_video_is_shown_again_and_again(vip):
    publish()

    assert [watch(vip).is_new_round for _ in range(3)] == [False, True, True]


def test_what_is_published_in_mid_round_comes_next_and_once(vip):
    publish_many(5)
    first = [watch(vip).video.pk for _ in range(2)]
    new = {publish().pk, publish().pk}

    fresh = [watch(vip).video.pk for _ in range(2)]
    rest = watch_round(vip)

    assert set(fresh) == new
    assert len({*first, *fresh, *rest}) == 7 == len(first + fresh + rest)


def test_what_is_taken_down_is_not_shown_and_costs_no_turn(vip):
    videos = publish_many(30)
    for video in videos[:27]:
        take_down(video)

    assert sorted(watch_round(vip)) == sorted(video.pk for video in videos[27:])


def test_what_comes_back_is_new_to_who_missed_it_and_not_to_who_saw_it(vip):
    videos = publish_many(3)
    seen = watch(vip).video
    missed = next(video for video in videos if video != seen)
    for video in (seen, missed):
        take_down(video)
    others = [watch(vip).video.pk]
    for video in (seen, missed):
        publish_video(video_id=video.pk, actor=COMMAND, now=NOON)

    rest = watch_round(vip)

    assert rest == [missed.pk]
    assert len({seen.pk, *others, *rest}) == 3


def test_nothing_published_is_refused_and_changes_nothing(vip):
    with pytest.raises(NoVideos):
        watch(vip)

    assert not VideoViewer.objects.exists()


def test_everything_taken_down_is_refused_and_changes_nothing(vip):
    video = publish()
    watch(vip)
    take_down(video)
    before = VideoViewer.objects.values().get()

    with pytest.raises(NoVideos):
        watch(vip)

    assert VideoViewer.objects.values().get() == before


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(["watch", "watch", "watch", "publish", "down", "back"]), max_size=40)
)
def test_no_story_shows_a_video_twice_in_a_round_or_forgets_one(story):
    with transaction.atomic():
        member = make_member()
        Membership.objects.create(member=member, vip_until=FOREVER)
        _tell(member, ["publish", *story])
        transaction.set_rollback(True)


def _tell(member, story):
    """Beside the service a plain set keeps what was seen in the round."""
    seen: set[int] = set()
    for act in story:
        shown = set(Video.objects.filter(place__isnull=False).values_list("pk", flat=True))
        hidden = Video.objects.filter(place=None).order_by("pk")
        if act == "publish":
            publish()
        elif act == "down" and shown:
            take_down(Video.objects.get(pk=min(shown)))
        elif act == "back" and hidden:
            publish_video(video_id=hidden[0].pk, actor=COMMAND, now=NOON)
        elif act == "watch" and shown:
            found = watch(member)
            assert found.video.pk in shown
            assert found.is_new_round == (shown <= seen)
            if found.is_new_round:
                seen = set()
            assert found.video.pk not in seen
            seen.add(found.video.pk)
    VideoView.objects.filter(member=member).delete()


def test_the_same_update_draws_once(vip):
    publish_many(5)

    shown = [watch(vip, key="u1").video.pk for _ in range(3)]

    assert len(set(shown)) == 1
    assert views_of(vip) == 1


def test_the_database_refuses_a_second_view_in_a_round(vip):
    publish()
    watch(vip)
    view = VideoView.objects.get()
    view.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        view.save(force_insert=True)


def test_choosing_asks_the_same_few_questions_whatever_there_is(vip):
    publish_many(3)
    watch(vip)
    with at_most(8):
        watch(vip)

    Video.objects.bulk_create(
        Video(
            number=number,
            file_id=f"f{number}",
            is_active=True,
            place=number,
            published_at=NOON,
        )
        for number in range(1_000, 5_000)
    )
    VideoDraw.objects.update(places=5_000)

    with at_most(9):
        watch(vip)


def test_a_span_of_places_that_are_given_up_is_crossed_in_long_steps(vip):
    """Of 4,000 places one is taken: a look crosses them in few questions, and once."""
    last = publish()
    VideoDraw.objects.update(places=4_000)
    Video.objects.filter(pk=last.pk).update(place=3_999)

    crossing = 4_000 // STEPS_MAX + 3
    with at_most(8 + crossing):
        assert watch(vip).video == last
    # The rest of the round, and the next one up to the same place.
    with at_most(9 + crossing * 2):
        assert watch(vip).is_new_round
