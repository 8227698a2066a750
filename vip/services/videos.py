"""Sends a member his next video, within what the hour allows who has neither VIP nor premium."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from accounts.services import find_former
from project.sql import adapt_time, read_time
from vip.errors import NoVideos, VideoGone, VideosUsedUp
from vip.models import Membership, Video, VideoView, VideoViewer, VipSettings
from vip.selectors import get_settings

from .draw import draw_unseen
from .view_counts import uncount_view

HOUR = timedelta(hours=1)
_FIELDS = (
    *("member_id", "hour", "used", "round", "round_began_at", "top", "cursor"),
    *("fresh_from", "fresh_to", "fresh_cursor", "last_video_id", "last_key", "seen_on"),
)
# One statement counts and refuses: of many at the same moment no two take the last one. A clock
# that was set back goes on counting in the later hour. The same key is counted once.
_COUNT = """
INSERT INTO vip_videoviewer AS viewer (
    member_id, hour, used, round, round_began_at, top, cursor,
    fresh_from, fresh_to, fresh_cursor, last_key
) VALUES (%s, %s, %s, 1, %s, 0, 0, 0, 0, 0, '')
ON CONFLICT (member_id) DO UPDATE SET
    used = CASE WHEN viewer.last_key = %s THEN viewer.used
        WHEN excluded.hour > viewer.hour THEN excluded.used
        ELSE viewer.used + excluded.used END,
    hour = CASE WHEN viewer.last_key <> %s AND excluded.hour > viewer.hour
        THEN excluded.hour ELSE viewer.hour END
WHERE viewer.last_key = %s OR excluded.used = 0 OR excluded.hour > viewer.hour
    OR viewer.used + excluded.used <= %s
RETURNING """ + ", ".join(_FIELDS)


@dataclass(frozen=True, slots=True)
class Shown:
    """`used` of this hour's videos, its own among them; None where nothing is counted."""

    video: Video
    numbers: VipSettings
    is_new_round: bool = False
    used: int | None = None


@transaction.atomic
def next_video(*, member_id: int, key: str, now: datetime) -> Shown:
    """Counts and draws; the same key returns the same video. Raises VideosUsedUp, NoVideos."""
    numbers = get_settings()
    is_counted = not _is_unlimited(member_id, now)
    viewer = _count(member_id, key, is_counted, numbers.videos_hourly_max, now)
    if viewer is None:
        raise _used_up(member_id, numbers.videos_hourly_max, now)
    used = viewer.used if is_counted else None
    if viewer.last_key == key and viewer.last_video and viewer.last_video.is_shown:
        return Shown(viewer.last_video, numbers, used=used)
    video, is_new_round = draw_unseen(viewer, now)
    if video is None:
        raise NoVideos()
    _save(viewer, video, key)
    return Shown(video, numbers, is_new_round, used)


def show_again(*, member_id: int, video_id: int) -> Shown:
    """A video that the member was sent before; costs nothing. Raises VideoGone."""
    # Index: video_view_once_a_round.
    seen = VideoView.objects.filter(member=member_id, video=video_id)
    video = Video.objects.filter(pk=video_id, place__isnull=False).first()
    if video is None or not seen.exists():
        raise VideoGone()
    return Shown(video, get_settings())


@transaction.atomic
def replace_video(
    *,
    member_id: int,
    video_id: int,
    key: str,
    is_counted: bool,
    now: datetime,
    is_last: bool = False,
) -> Shown | None:
    """Another video for one that did not arrive: it counts as not seen, and nothing is counted.

    None when there is nothing else, or too many did not arrive (`is_last`); then what was
    counted is given back. The same key and video return the first answer.
    """
    replaced = f"{key}!{video_id}"
    viewers = VideoViewer.objects.select_for_update(of=("self",), no_key=True)
    viewer = viewers.get(pk=member_id)
    if viewer.last_key == replaced:
        return Shown(viewer.last_video, get_settings()) if viewer.last_video else None
    # Index: video_view_once_a_round.
    views = VideoView.objects.filter(member=member_id, video=video_id)
    if (last := views.order_by("-round").first()) is not None:
        last.delete()
        uncount_view(viewer, last)
    video, is_new_round = (None, False) if is_last else draw_unseen(viewer, now)
    if video is not None:
        _save(viewer, video, replaced)
        return Shown(video, get_settings(), is_new_round)
    # He stays where he was: the draw found nothing and moved him past the end.
    VideoViewer.objects.filter(pk=member_id).update(
        last_video=None,
        last_key=replaced,
        seen_on=viewer.seen_on,
        used=max(viewer.used - int(is_counted), 0),
    )
    return None


def resume_hour(*, member_id: int, telegram_id: int) -> None:
    """Who returns after deleting his data finds the videos of the hour as used as he left them."""
    former = find_former(telegram_id)
    left = former and VideoViewer.objects.filter(pk=former.pk).first()
    if left:
        left.delete()
        left.pk = member_id
        left.save(force_insert=True)


def _is_unlimited(member_id: int, now: datetime) -> bool:
    """As it is stored now, not as it was when the update was taken up."""
    membership = Membership.objects.filter(pk=member_id).first()
    return membership is not None and (membership.is_vip(now) or membership.is_premium(now))


def _count(
    member_id: int, key: str, is_counted: bool, allowed: int, now: datetime
) -> VideoViewer | None:
    """The member's row, locked. None when the hour is used up."""
    hour = adapt_time(now.replace(minute=0, second=0, microsecond=0))
    values = (member_id, hour, int(is_counted), adapt_time(now), key, key, key, allowed)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        row = cursor.fetchone()
    if row is None:
        return None
    found = dict(zip(_FIELDS, row, strict=True))
    for name in ("hour", "round_began_at"):
        found[name] = read_time(found[name])
    if isinstance(found["seen_on"], str):
        found["seen_on"] = date.fromisoformat(found["seen_on"])
    viewer = VideoViewer(**found)
    viewer._state.adding = False
    return viewer


def _used_up(member_id: int, allowed: int, now: datetime) -> VideosUsedUp:
    ready_at = VideoViewer.objects.get(pk=member_id).hour + HOUR
    return VideosUsedUp(ready_at=ready_at, wait=ready_at - now, allowed=allowed)


def _save(viewer: VideoViewer, video: Video, key: str) -> None:
    """`hour` and `used` were written by the statement that counted."""
    viewer.last_video, viewer.last_key = video, key
    rest = ("round", "round_began_at", "top", "cursor", "fresh_from", "fresh_to", "fresh_cursor")
    viewer.save(update_fields=[*rest, "last_video", "last_key", "seen_on"])
