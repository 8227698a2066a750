"""What this app forgets of a member who has his data deleted: all but the ledger."""

from points.models import DayScore, GroupMessage, Progress, Search


def erase_member(member_id: int, telegram_id: int) -> None:
    Search.objects.filter(pk=member_id).delete()
    Progress.objects.filter(pk=member_id).delete()
    DayScore.objects.filter(member=member_id).delete()
    GroupMessage.objects.filter(author=member_id).delete()
