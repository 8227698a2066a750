"""What this app forgets of a member who has his data deleted: all but the ledger.

Vouches stay, as the entries they caused do: where their photos stand is forgotten.
"""

from points.models import (
    DayScore,
    GroupMessage,
    PlayLimits,
    Progress,
    Score,
    Search,
    Vouch,
    VouchProvider,
)


def erase_member(member_id: int, telegram_id: int) -> None:
    Search.objects.filter(pk=member_id).delete()
    PlayLimits.objects.filter(pk=member_id).delete()
    Progress.objects.filter(pk=member_id).delete()
    DayScore.objects.filter(member=member_id).delete()
    Score.objects.filter(member=member_id).delete()
    GroupMessage.objects.filter(author=member_id).delete()
    VouchProvider.objects.filter(pk=member_id).update(is_active=False, headline="")
    Vouch.objects.filter(author=member_id).update(
        chat_telegram_id=None, message_id=None, album_id=""
    )
