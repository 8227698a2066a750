"""Views by video and day, and what the dashboard tells of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import make_member
from tests.vip.films import NOON, publish, publish_many, take_down, watch
from vip.errors import NoVideos
from vip.models import Membership, VideoDay, VideoView
from vip.services import forget_views, tally_views
from vip.services.view_tallies import KEPT_FOR
from vip.video_figures import read_video, read_videos, videos_seen, videos_today

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)


def make_vip():
    member = make_member()
    Membership.objects.create(member=member, vip_until=NOON.replace(year=2100))
    return member


def days():
    rows = VideoDay.objects.order_by("day", "video__number")
    return [(row.day.day, row.video.number, row.views, row.viewers) for row in rows]


def test_views_are_counted_by_video_and_day_and_viewers_once():
    publish()
    one, other = make_vip(), make_vip()
    for member, moment in (
        *((one, MIDNIGHT), (one, NOON), (other, MIDNIGHT + DAY - timedelta(seconds=1))),
        *((one, MIDNIGHT + DAY),),
    ):
        watch(member, now=moment)

    tally_views(MIDNIGHT + DAY)

    assert days() == [(1, 1, 3, 2), (2, 1, 1, 0)]


def test_counting_again_says_the_same_and_adds_what_came():
    publish()
    member = make_vip()
    watch(member)
    tally_views(NOON)
    tally_views(NOON)
    watch(member)

    tally_views(NOON)

    assert days() == [(1, 1, 2, 1)]


def test_a_job_that_did_not_run_for_days_counts_them_all():
    publish()
    member = make_vip()
    for ago in (5, 3, 1, 0):
        watch(member, now=NOON - ago * DAY)

    assert tally_views(NOON) == 6
    assert [row[2] for row in days()] == [1, 1, 1, 1]
    assert tally_views(NOON + DAY) == 2


def test_a_clock_set_back_counts_its_own_day_again():
    publish()
    watch(make_vip())
    tally_views(NOON)

    assert tally_views(NOON - 3 * DAY) == 1
    assert days() == [(1, 1, 1, 1)]


def test_nothing_sent_is_nothing_counted():
    assert tally_views(NOON) == 1
    assert days() == []


def test_old_views_are_forgotten_and_their_sums_stay():
    publish_many(2)
    member = make_vip()
    watch(member, now=NOON - KEPT_FOR - DAY)
    watch(member)
    tally_views(NOON)

    assert forget_views(NOON) == 1

    assert VideoView.objects.count() == 1
    assert sum(row[2] for row in days()) == 2


def test_the_figures_tell_what_is_seen_most_and_who_has_seen_all():
    publish_many(2)
    keen, calm = make_vip(), make_vip()
    for _ in range(3):
        watch(keen)
    watch(calm)
    tally_views(NOON)

    figures = read_videos(NOON)

    assert (figures["views"], figures["first_views"], figures["exhausted"]) == (4, 3, 1)
    assert sum(total for _video, total in figures["most_seen"]) == 4
    assert videos_today(NOON).value == 4
    assert videos_seen(NOON.date(), NOON.date() + DAY) == {
        NOON.date(): {"views": 4, "viewers": 2, "firsts": 3}
    }


def test_a_video_s_own_days_are_told_against_its_best():
    video = publish()
    member = make_vip()
    for moment in (NOON, NOON, NOON - DAY):
        watch(member, now=moment)
    tally_views(NOON)

    found = read_video(str(video.pk), NOON)

    assert (found["views"], found["viewers"]) == (3, 1)
    assert [(line["views"], line["share"]) for line in found["days"][:3]] == [
        (2, 100),
        (1, 50),
        (0, 0),
    ]


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_no_video_has_no_figures(number):
    assert read_video(number, NOON) is None


def test_the_home_page_shows_the_figure_and_the_chart(staff):
    page = staff("Junior").get(reverse("admin:index")).content.decode()

    assert page.count("Videos sent") >= 2


def test_what_was_set_aside_warns_on_the_home_page():
    video = publish()
    video.aside_at, video.aside_cause, video.place = NOON, "file", None
    video.save()

    reading = videos_today(NOON)

    assert (reading.state, reading.note) == ("warn", "1 set aside: look at them")


def test_a_look_that_finds_nothing_is_no_view():
    take_down(publish())

    with pytest.raises(NoVideos):
        watch(make_vip())

    assert not VideoView.objects.exists()
