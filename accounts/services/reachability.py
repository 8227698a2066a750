"""Whether messages reach a member: set from Telegram's answers and from my_chat_member."""

from accounts.models import Member

Reachability = Member.Reachability


def set_reachability(telegram_id: int, reachability: Reachability) -> None:
    Member.objects.filter(telegram_id=telegram_id).exclude(reachability=reachability).update(
        reachability=reachability
    )
