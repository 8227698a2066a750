"""Videos as the tests need them, and a member who watches."""

from datetime import UTC, datetime, timedelta
from itertools import count

from accounts.services import COMMAND
from vip.models import Video, VideoView
from vip.services import SentFile, draft_video, next_video, publish_video, take_down_video

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
_numbers = count(1)


def draft(caption="", **file) -> Video:
    number = next(_numbers)
    facts = {"file_id": f"file{number}", "unique_id": f"unique{number}", **file}
    return draft_video(file=SentFile(**facts), caption=caption, actor=COMMAND)[0]


def publish(caption="", **file) -> Video:
    return publish_video(video_id=draft(caption, **file).pk, actor=COMMAND, now=NOON)


def publish_many(count: int) -> list[Video]:
    return [publish(f"Film {n}") for n in range(count)]


def take_down(video) -> None:
    take_down_video(video_id=video.pk, actor=COMMAND)


def watch(member, key="", now=NOON):
    key = key or f"u{next(_numbers)}"
    return next_video(member_id=member.pk, key=key, now=now)


def watch_round(member, now=NOON) -> list[int]:
    """The videos until the first of a new round, without that."""
    seen = []
    while not (shown := watch(member, now=now)).is_new_round:
        seen.append(shown.video.pk)
    return seen


def views_of(member) -> int:
    return VideoView.objects.filter(member=member).count()
