"""What this app forgets of a member who has his data deleted; grants, boosts, used passes and
payments stay, as acts. Sums of views by day name nobody."""

from django.db.models import F

from vip.models import AutoSearch, SeenBefore, SupportRequest, VideoReport, VideoView, VideoViewer
from vip.services.pass_upkeep import drop_unused_passes


def erase_member(member_id: int, telegram_id: int) -> None:
    AutoSearch.objects.filter(pk=member_id).delete()
    drop_unused_passes(member_id)
    # What he wrote, and what he was answered.
    SupportRequest.objects.filter(member=member_id).delete()
    # How many videos of this hour he had stays for his return: deleting data brings no more.
    VideoViewer.objects.filter(pk=member_id).update(
        **dict.fromkeys(("top", "cursor", "fresh_from", "fresh_to", "fresh_cursor"), 0),
        round=1,
        round_began_at=F("hour"),
        last_video=None,
        last_key="",
        seen_on=None,
    )
    # Index video_view_once_a_round.
    VideoView.objects.filter(member=member_id).delete()
    # Index seen_before_once.
    SeenBefore.objects.filter(member=member_id).delete()
    VideoReport.objects.filter(member=member_id).delete()
