"""Draws a video that a member has not seen, at the same cost whatever there is and was seen.

Each video that is shown has a place of its own. Of a span of places a member has a random
order, worked out and not stored; he keeps how many steps of it he has done. The next few
steps are looked up by the unique index of the places: those that were given up find nothing.
That a video is sent once a round is the constraint's word: what came back under a new place
and was seen is passed over.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from project.sql import adapt_time
from vip.models import Video, VideoDraw, VideoView, VideoViewer
from vip.permutation import Permutation

from .view_counts import count_view

# With nine places of ten given up, 72 steps find one in 1,999 of 2,000 draws.
STEPS_FIRST, STEPS_FACTOR, STEPS_MAX = 8, 8, 512

_NOTE = """
INSERT INTO vip_videoview (member_id, video_id, round, is_first, viewed_at)
SELECT %s, %s, %s, %s, %s
WHERE NOT %s OR NOT EXISTS (SELECT 1 FROM vip_seenbefore WHERE member_id = %s AND number = %s)
ON CONFLICT (member_id, video_id, round) DO NOTHING RETURNING id
"""


def draw_unseen(viewer: VideoViewer, now: datetime) -> tuple[Video | None, bool]:
    """The next video of the round, noted as seen; the first of a new round when all are seen.

    Says whether a new round began. None: there is nothing to show. Moves the viewer on,
    whose row is locked and saved by the caller.
    """
    places = VideoDraw.objects.values_list("places", flat=True).first() or 0
    if not viewer.fresh_to:
        viewer.top = viewer.fresh_from = viewer.fresh_to = places
    video = _draw_fresh(viewer, places, now) or _draw_main(viewer, now)
    if video is not None:
        return video, False
    viewer.round, viewer.round_began_at = viewer.round + 1, now
    viewer.top, viewer.cursor = places, 0
    viewer.fresh_from, viewer.fresh_to, viewer.fresh_cursor = places, places, 0
    return _draw_main(viewer, now, but=viewer.last_video_id), True


def _draw_fresh(viewer: VideoViewer, places: int, now: datetime) -> Video | None:
    """Of what was published since the round began."""
    if viewer.fresh_cursor >= viewer.fresh_to - viewer.fresh_from and places > viewer.fresh_to:
        viewer.fresh_from, viewer.fresh_to, viewer.fresh_cursor = viewer.fresh_to, places, 0
    for cursor, video in _walk(viewer, viewer.fresh_from, viewer.fresh_to, viewer.fresh_cursor):
        viewer.fresh_cursor = cursor
        if _note_view(viewer, video, now):
            return video
    viewer.fresh_cursor = viewer.fresh_to - viewer.fresh_from
    return None


def _draw_main(viewer: VideoViewer, now: datetime, *, but: int | None = None) -> Video | None:
    """`but` is not drawn while there is another: nobody sees the same twice on end."""
    held: tuple[int, Video] | None = None
    for cursor, video in _walk(viewer, 0, viewer.top, viewer.cursor):
        if video.pk == but and held is None:
            held = cursor, video
            continue
        if _note_view(viewer, video, now):
            # Held back, a video is met again from where the cursor stands, and this one passed.
            viewer.cursor = viewer.cursor if held else cursor
            return video
    viewer.cursor = viewer.top
    return held[1] if held and _note_view(viewer, held[1], now) else None


def _walk(viewer: VideoViewer, start: int, end: int, cursor: int) -> Iterator[tuple[int, Video]]:
    """The videos of the places from `start` (exclusive) to `end` in the member's order."""
    order = Permutation(end - start, f"{viewer.pk}:{viewer.round}:{start}")
    steps = STEPS_FIRST
    while cursor < len(order):
        stop = min(cursor + steps, len(order))
        places = [start + 1 + order[step] for step in range(cursor, stop)]
        found = Video.objects.order_by().in_bulk(places, field_name="place")
        for step, place in enumerate(places, cursor + 1):
            if place in found:
                yield step, found[place]
        cursor, steps = stop, min(steps * STEPS_FACTOR, STEPS_MAX)


def _note_view(viewer: VideoViewer, video: Video, now: datetime) -> bool:
    """False when it was seen in this round, or in an older bot."""
    # By the index of video_view_once_a_round.
    seen = VideoView.objects.filter(member=viewer.pk, video=video)
    is_first = viewer.round == 1 or not seen.exists()
    # Of an older bot: published in this round, or before he has walked through all once.
    published_at = video.published_at
    is_fresh = viewer.round == 1 or (published_at and published_at > viewer.round_began_at)
    noted = (viewer.pk, video.pk, viewer.round, is_first, adapt_time(now))
    values = (*noted, bool(is_fresh), viewer.pk, video.number)
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
        is_noted = cursor.fetchone() is not None
    if is_noted:
        count_view(viewer, is_first=is_first, now=now)
    return is_noted
