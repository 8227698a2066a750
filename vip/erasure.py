"""What this app forgets of a member who has his data deleted; grants and boosts stay, as acts."""

from vip.models import AutoSearch


def erase_member(member_id: int, telegram_id: int) -> None:
    AutoSearch.objects.filter(pk=member_id).delete()
