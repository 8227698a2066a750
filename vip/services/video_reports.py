"""Members report videos; what several report waits for the staff."""

from datetime import datetime

from django.db import transaction

from vip.errors import VideoGone
from vip.models import Video, VideoReport, VideoView

from .video_aside import set_aside

ReportReason = VideoReport.Reason


@transaction.atomic
def report_video(*, member_id: int, video_id: int, reason: str, now: datetime) -> bool:
    """Once for each video: the first report stands. False: it was reported before.

    Raises VideoGone for a video that this member was never sent.
    """
    if not VideoView.objects.filter(member=member_id, video=video_id).exists():
        raise VideoGone()
    # The lock: of several reports at the same moment the last one counts all.
    video = Video.objects.select_for_update().get(pk=video_id)
    reports = VideoReport.objects.filter(video=video)
    if reports.filter(member=member_id).exists():
        return False
    VideoReport.objects.create(
        video=video, member_id=member_id, reason=ReportReason(reason), created_at=now
    )
    if reports.filter(handled_at=None).count() >= VideoReport.ASIDE_AT:
        set_aside(video, Video.Aside.REPORTS, "", now)
    return True
