"""Views summed by video and day, and old views forgotten.

A million members may leave hundreds of millions of views: they are counted day by day into
rows of a video and a day, which stay, and are themselves kept as long as somebody may ask who
was sent what. Were PostgreSQL to hold so many that deleting them in batches is felt, the table
can be partitioned by `viewed_at`; nothing but its constraint would have to name the month.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from project.sql import adapt_time
from vip.models import VideoDay, VideoView

KEPT_FOR = timedelta(days=400)
BATCH = 5_000
_SUM = """
INSERT INTO vip_videoday (day, video_id, views, viewers)
SELECT %s, video_id, COUNT(*), SUM(CASE WHEN is_first THEN 1 ELSE 0 END)
FROM vip_videoview WHERE viewed_at >= %s AND viewed_at < %s GROUP BY video_id
ON CONFLICT (day, video_id) DO UPDATE SET views = excluded.views, viewers = excluded.viewers
"""


def tally_views(now: datetime) -> int:
    """Counts today and the days since it last ran, each anew: run twice, it says the same."""
    today = now.astimezone(UTC).date()
    first = _first_open_day(today)
    days = (today - first).days + 1
    for ago in range(days):
        _count_day(first + timedelta(days=ago))
    return days


def forget_views(now: datetime) -> int:
    """Deletes what is older than KEPT_FOR, in batches. Index video_view_newest."""
    old = VideoView.objects.filter(viewed_at__lt=now - KEPT_FOR).order_by("viewed_at")
    deleted = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        deleted += VideoView.objects.filter(pk__in=ids).delete()[0]
    return deleted


def _first_open_day(today: date) -> date:
    """The last day that was counted may have been counted before its end."""
    last: date | None = VideoDay.objects.aggregate(last=Max("day"))["last"]
    if last is None:
        first = VideoView.objects.aggregate(first=Min("viewed_at"))["first"]
        last = first.astimezone(UTC).date() if first else today
    # A clock that was set back has nothing to count anew.
    return min(last, today)


@transaction.atomic
def _count_day(day: date) -> None:
    # Index video_view_newest.
    start = datetime.combine(day, time(), UTC)
    span = (adapt_time(start), adapt_time(start + timedelta(days=1)))
    with connection.cursor() as cursor:
        cursor.execute(_SUM, (day, *span))
