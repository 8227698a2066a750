"""Staff publish videos and take them down. What is shown has a place in the draw."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Max

from accounts.services import Actor, record
from vip.errors import UnknownVideo
from vip.models import Video, VideoDraw

from .captions import read_caption

_NOT_IN_THE_FORM = (
    *("aside_cause", "aside_at", "aside_note", "place", "published_at"),
    *("file_id", "file_unique_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A video as Telegram describes it."""

    file_id: str
    unique_id: str
    seconds: int = 0
    width: int = 0
    height: int = 0
    bytes: int = 0


@transaction.atomic
def draft_video(*, file: SentFile, caption: str, actor: Actor) -> tuple[Video, bool]:
    """A video to be looked at before it is published. False: that very file is known."""
    # The same file twice at once is one video, and no two have one number.
    lock_draw()
    # Index: the unique one.
    known = Video.objects.filter(file_unique_id=file.unique_id).first()
    if known is not None:
        return known, False
    title, tags = read_caption(caption)
    video = Video.objects.create(
        number=next_number(),
        title=title,
        tags=tags,
        file_id=file.file_id,
        file_unique_id=file.unique_id,
        seconds=file.seconds,
        width=file.width,
        height=file.height,
        bytes=file.bytes,
        publisher_user_id=actor.user_id,
        publisher_label=actor.label[:150],
    )
    record("vip.video.add", actor=actor, target=video.number, title=video.title)
    return video, True


@transaction.atomic
def publish_video(*, video_id: int, actor: Actor, now: datetime) -> Video:
    """Puts it into the draw: for everybody it is new. Raises UnknownVideo.

    What was set aside waits until it is put back.
    """
    draw, video = lock_draw(), lock_video(video_id)
    if not video.is_active:
        video.is_active = True
        if video.aside_at is None:
            give_place(video, draw, now)
        video.save()
        record("vip.video.publish", actor=actor, target=video.number)
    return video


@transaction.atomic
def take_down_video(*, video_id: int, actor: Actor) -> Video:
    """Nobody is sent it any more. Raises UnknownVideo."""
    video = lock_video(video_id)
    if video.is_active:
        video.is_active, video.place = False, None
        video.save()
        record("vip.video.take_down", actor=actor, target=video.number)
    return video


@transaction.atomic
def drop_draft(*, video_id: int, actor: Actor) -> None:
    """A video that was never published goes without a trace; any other stays as it is."""
    videos = Video.objects.select_for_update()
    draft = videos.filter(pk=video_id, published_at=None).first()
    if draft is not None:
        record("vip.video.drop", actor=actor, target=draft.number)
        draft.delete()


@transaction.atomic
def save_video(video: Video, *, actor: Actor, now: datetime) -> Video:
    """Writes what the dashboard's form has checked, and places or takes down as it says."""
    draw = lock_draw()
    before = Video.objects.select_for_update().filter(pk=video.pk).first()
    if before is None:
        video.publisher_user_id, video.publisher_label = actor.user_id, actor.label[:150]
    else:
        # The form was read before the lock was taken.
        for name in _NOT_IN_THE_FORM:
            setattr(video, name, getattr(before, name))
        if before.upload.name != video.upload.name:
            # Another film: what Telegram has is the old one.
            video.file_id, video.file_unique_id = "", None
        _drop_old_files(before, video)
    if not video.is_active:
        video.place = None
    elif video.place is None and video.aside_at is None:
        give_place(video, draw, now)
    video.save()
    fields = ("number", "title", "tags", "is_active")
    record(
        "vip.video.change" if before else "vip.video.add",
        actor=actor,
        target=video.number,
        **{name: getattr(video, name) for name in fields},
    )
    return video


def note_file(*, video_id: int, file_id: str, unique_id: str) -> None:
    """An upload has reached Telegram: from now on it is sent by its id."""
    videos = Video.objects.filter(pk=video_id, file_id="")
    is_other = Video.objects.filter(file_unique_id=unique_id).exclude(pk=video_id).exists()
    videos.update(file_id=file_id, file_unique_id=None if is_other else unique_id)


def next_number() -> int:
    """Index: that of the unique numbers."""
    return (Video.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _drop_old_files(before: Video, after: Video) -> None:
    for old, new in ((before.upload, after.upload), (before.thumbnail, after.thumbnail)):
        if old.name and old.name != new.name:
            # Not before the commit: what is taken back still needs it.
            transaction.on_commit(partial(old.storage.delete, old.name))


def lock_draw() -> VideoDraw:
    VideoDraw.objects.get_or_create(pk=1)
    return VideoDraw.objects.select_for_update().get(pk=1)


def lock_video(video_id: int) -> Video:
    video = Video.objects.select_for_update().filter(pk=video_id).first()
    if video is None:
        raise UnknownVideo()
    return video


def give_place(video: Video, draw: VideoDraw, now: datetime) -> None:
    """A place that none has had: what comes back is new to who has passed its old one."""
    VideoDraw.objects.filter(pk=draw.pk).update(places=F("places") + 1)
    draw.refresh_from_db()
    video.place = draw.places
    video.published_at = video.published_at or now
