"""Videos that wait for the staff: Telegram refuses the file, or members have reported it."""

from datetime import datetime

from django.db import transaction

from accounts.services import Actor, record
from vip.models import Video, VideoReport

from .publish import give_place, lock_draw, lock_video


def set_aside(video: Video, cause: Video.Aside, note: str, now: datetime) -> None:
    """Takes it out of the draw until the staff has looked. The row is locked by the caller."""
    if video.aside_at is None:
        video.aside_cause, video.aside_at, video.aside_note = cause, now, note[:200]
        video.place = None
        video.save(update_fields=["aside_cause", "aside_at", "aside_note", "place"])


@transaction.atomic
def refuse_file(*, video_id: int, file_id: str, note: str, now: datetime) -> bool:
    """Telegram does not take `file_id`. True: the video can be sent again, from its upload."""
    video = Video.objects.select_for_update().get(pk=video_id)
    if video.file_id != file_id:
        # Another press has met the same refusal, or the staff has changed the file since.
        return video.is_shown
    if video.upload and file_id:
        video.file_id = ""
        video.save(update_fields=["file_id"])
        return video.is_shown
    set_aside(video, Video.Aside.FILE, note, now)
    return False


@transaction.atomic
def put_back_video(*, video_id: int, actor: Actor, now: datetime) -> Video:
    """What was set aside is shown again, and its reports are dealt with. Raises UnknownVideo."""
    draw, video = lock_draw(), lock_video(video_id)
    if video.aside_at is not None:
        video.aside_cause, video.aside_at, video.aside_note = "", None, ""
        if video.is_active:
            give_place(video, draw, now)
        video.save()
        handle_reports(video_id=video.pk, actor=actor, now=now)
        record("vip.video.put_back", actor=actor, target=video.number)
    return video


@transaction.atomic
def handle_reports(*, video_id: int, actor: Actor, now: datetime) -> int:
    """The staff has looked at what was reported of a video; says how many reports that were."""
    waiting = VideoReport.objects.filter(video=video_id, handled_at=None)
    count = waiting.update(handled_at=now, handled_by=actor.label[:150])
    if count:
        number = Video.objects.values_list("number", flat=True).get(pk=video_id)
        record("vip.video.handle_reports", actor=actor, target=number, reports=count)
    return count
