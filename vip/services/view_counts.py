"""Each view is counted for its day, in its own transaction: no page sums up a day's views.

Sums of a day name nobody: they stay when a member has his data deleted.
"""

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import F

from project.selectors import day_start
from vip.models import VideoDayCount, VideoView, VideoViewer

DAY = timedelta(days=1)
_COUNT = """
INSERT INTO vip_videodaycount AS counted (day, shard, views, viewers, firsts)
VALUES (%s, %s, 1, %s, %s)
ON CONFLICT (day, shard) DO UPDATE SET
    views = counted.views + 1,
    viewers = counted.viewers + excluded.viewers,
    firsts = counted.firsts + excluded.firsts
"""


def count_view(viewer: VideoViewer, *, is_first: bool, now: datetime) -> None:
    """Of the viewer, whose row is locked and saved by the caller; his first of the day or not."""
    day = _day_of(now)
    is_new = viewer.seen_on is None or viewer.seen_on < day
    if is_new:
        viewer.seen_on = day
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, (day, _shard_of(viewer.pk), int(is_new), int(is_first)))


def uncount_view(viewer: VideoViewer, view: VideoView) -> None:
    """Of a view that was deleted because the video did not arrive. The viewer's row is locked
    and saved by the caller."""
    day, start = _day_of(view.viewed_at), day_start(view.viewed_at)
    # By the index of video_view_once_a_round: the member's own views.
    of_day = VideoView.objects.filter(viewed_at__gte=start, viewed_at__lt=start + DAY)
    was_only = not of_day.filter(member=viewer.pk).exists()
    if was_only and viewer.seen_on == day:
        viewer.seen_on = None
    gone, firsts = int(was_only), int(view.is_first)
    # What was never counted leaves nothing to take away.
    VideoDayCount.objects.filter(
        day=day, shard=_shard_of(viewer.pk), views__gte=1, viewers__gte=gone, firsts__gte=firsts
    ).update(views=F("views") - 1, viewers=F("viewers") - gone, firsts=F("firsts") - firsts)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _shard_of(member_id: int) -> int:
    return member_id % VideoDayCount.SHARDS
