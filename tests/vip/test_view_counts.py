"""Views of a day are counted as they come, each member once."""

from datetime import timedelta
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import COMMAND, delete_member
from tests.concurrency import run_together
from tests.factories import make_member
from tests.queries import at_most
from tests.vip.films import NOON, publish, publish_many, take_down, watch
from vip.models import VideoDayCount, VideoView, VideoViewer
from vip.selectors import count_views
from vip.services import replace_video
from vip.video_figures import videos_seen

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def day(moment=NOON):
    found = videos_seen(moment.date(), moment.date() + DAY).get(moment.date())
    return found and (found["views"], found["viewers"], found["firsts"])


def replace(member, shown, **facts):
    facts = {"key": "u1", "is_counted": True, "now": NOON, **facts}
    return replace_video(member_id=member.pk, video_id=shown.video.pk, **facts)


def test_a_member_counts_once_a_day_and_again_the_next():
    publish_many(9)
    ann, boris = make_member(), make_member()

    for member, hours in ((ann, 0), (ann, 1), (boris, 1), (ann, 24)):
        watch(member, now=NOON + timedelta(hours=hours))

    assert (day(), day(NOON + DAY)) == ((3, 2, 3), (1, 1, 1))
    assert count_views(NOON) == (3, 2)


def test_the_same_press_is_counted_once():
    publish_many(2)
    member = make_member()

    for _ in range(3):
        watch(member, key="same")

    assert day() == (1, 1, 1)


def test_a_video_seen_before_is_a_view_and_no_first():
    publish()
    member = make_member()
    watch(member)
    watch(member)

    assert day() == (2, 1, 1)


def test_what_was_replaced_is_counted_once():
    publish_many(3)
    member = make_member()

    replace(member, watch(member, key="u1"))

    assert day() == (1, 1, 1)


def test_who_got_nothing_in_the_end_is_not_counted_until_he_does():
    member, video = make_member(), publish()
    shown = watch(member, key="u1")
    take_down(video)
    for _ in range(2):
        assert replace(member, shown) is None
    assert day() == (0, 0, 0)

    publish()
    watch(member)

    assert day() == (1, 1, 1)


def test_one_of_several_that_did_not_arrive_leaves_the_member_counted():
    publish_many(2)
    member = make_member()
    watch(member)

    replace(member, watch(member, key="u1"), is_last=True)

    assert day() == (1, 1, 1)


def test_sums_of_a_day_outlive_the_data_of_who_watched():
    publish()
    member = make_member()
    watch(member)

    delete_member(member_id=member.pk, actor=COMMAND, now=NOON)

    assert day() == (1, 1, 1)
    assert VideoViewer.objects.get().seen_on is None


def test_the_figures_cost_one_question_however_many_views_there_are():
    publish_many(2)
    watch(make_member())

    with at_most(1):
        assert day() == (1, 1, 1)


@pytest.mark.parametrize("page", ["/admin/", "/admin/vip/video/"])
def test_no_page_sums_up_views(admin_client, page):
    publish()
    watch(make_member())

    with CaptureQueriesContext(connection) as captured:
        assert admin_client.get(page).status_code == 200

    assert not any('vip_videoview"' in query["sql"] for query in captured)


def test_views_from_before_the_counts_are_counted_by_the_migration():
    publish_many(9)
    ann, boris = make_member(), make_member()
    for member, hours in ((ann, 0), (ann, 1), (boris, 1), (ann, 24)):
        watch(member, now=NOON + timedelta(hours=hours))
    counted = list(VideoDayCount.objects.order_by("day", "shard").values_list())
    VideoDayCount.objects.all().delete()

    migration = import_module("vip.migrations.0032_count_views_so_far")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration.timezone, "now", lambda: NOON + DAY)
        migration.count_views(apps, connection.schema_editor())

    again = VideoDayCount.objects.order_by("day", "shard").values_list()
    assert [row[1:] for row in again] == [row[1:] for row in counted]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_at_once_are_all_counted():
    publish_many(30)
    members = [make_member() for _ in range(8)]

    run_together(*[partial(watch, member) for member in members for _ in range(4)])

    assert day() == (VideoView.objects.count(), 8, 32) == (32, 8, 32)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_read_first_and_written_after_views_would_be_lost():
    """The control: what one statement does, done by two."""
    VideoDayCount.objects.create(day=NOON.date(), shard=0)

    def count():
        row = VideoDayCount.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        row.views += 1
        row.save()

    run_together(*[count] * 8)

    assert VideoDayCount.objects.get().views < 8
