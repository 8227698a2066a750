"""What the dashboard tells of videos: how often they are seen, by how many, and to the end."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from project.figures import Chart, Days, Figure, Reading
from project.ids import read_id
from project.selectors import count_bounded
from vip.models import Video, VideoDay, VideoDayCount, VideoReport, VideoViewer
from vip.selectors import count_views

SERIES = {"views": "Sent", "firsts": "For the first time", "viewers": "Members"}
DAYS_SHOWN = 30
TOP = 5


def read_videos(now: datetime) -> dict[str, Any]:
    """Above the list: figures of the last 30 days, what is seen most, what is reported most."""
    first = now - timedelta(days=DAYS_SHOWN)
    # Index video_day_once, by day.
    days = VideoDay.objects.filter(day__gte=first.date()).order_by()
    most_seen = days.values("video").annotate(total=Sum("views")).order_by("-total", "video")
    # Index video_report_open.
    waiting = VideoReport.objects.filter(handled_at=None).order_by()
    most_reported = waiting.values("video").annotate(total=Count("pk")).order_by("-total", "video")
    # Index viewer_new_rounds: who began a round after the first has seen all there was.
    exhausted = VideoViewer.objects.filter(round__gt=1, round_began_at__gte=first)
    total = days.aggregate(views=Sum("views"), viewers=Sum("viewers"))
    return {
        "days": DAYS_SHOWN,
        "views": total["views"] or 0,
        "first_views": total["viewers"] or 0,
        "exhausted": count_bounded(exhausted),
        "waiting": count_bounded(waiting),
        "most_seen": _name(most_seen[:TOP]),
        "most_reported": _name(most_reported[:TOP]),
    }


def read_video(video_id: str, now: datetime) -> dict[str, Any] | None:
    """Below a video's form. None for a new one."""
    number = read_id(video_id)
    video = Video.objects.filter(pk=number).first() if number is not None else None
    if video is None:
        return None
    today = now.date()
    span = [today - timedelta(days=ago) for ago in range(DAYS_SHOWN)]
    # Index video_day_once.
    rows = VideoDay.objects.filter(video=video, day__in=span)
    found = {row.day: row for row in rows}
    most = max((row.views for row in found.values()), default=0)
    total = VideoDay.objects.filter(video=video).aggregate(views=Sum("views"), seen=Sum("viewers"))
    return {
        "video": video,
        "views": total["views"] or 0,
        "viewers": total["seen"] or 0,
        "days": [_day(day, found.get(day), most) for day in span],
        "reports": list(
            VideoReport.objects.filter(video=video)
            .select_related("member")
            .order_by("-created_at")[:TOP]
        ),
    }


def _day(day: date, row: VideoDay | None, most: int) -> dict[str, Any]:
    views = row.views if row else 0
    return {
        "day": day,
        "views": views,
        "viewers": row.viewers if row else 0,
        "share": round(100 * views / most) if most else 0,
    }


def _name(rows: QuerySet[Any, Any]) -> list[tuple[Video, int]]:
    videos = Video.objects.in_bulk([row["video"] for row in rows])
    return [(videos[row["video"]], row["total"]) for row in rows]


def videos_today(now: datetime) -> Reading:
    views, _viewers = count_views(now)
    # Index video_aside.
    aside = Video.objects.filter(aside_at__isnull=False).count()
    note = f"{aside:,} set aside: look at them" if aside else "today, UTC"
    return Reading(views, note, "warn" if aside else "plain")


def videos_seen(first: date, end: date) -> Days:
    # Index video_day_count_once.
    counted = VideoDayCount.objects.filter(day__gte=first, day__lt=end).order_by()
    sums = {f"all_{name}": Sum(name) for name in SERIES}
    rows: QuerySet[Any, Any] = counted.values("day").annotate(**sums)
    return {row["day"]: {name: row[f"all_{name}"] for name in SERIES} for row in rows}


FIGURES = [
    Figure(
        label="Videos sent",
        icon="movie",
        view="admin:vip_video_changelist",
        permission="vip.view_video",
        read=videos_today,
    )
]
CHARTS = [
    Chart(
        name="vip.videos",
        title="Videos sent",
        series=SERIES,
        view="admin:vip_video_changelist",
        permission="vip.view_video",
        read=videos_seen,
        kind="line",
    )
]
