"""What this app forgets of a member who has his data deleted; grants, boosts and used passes
stay, as acts."""

from vip.models import AutoSearch
from vip.services.pass_upkeep import drop_unused_passes


def erase_member(member_id: int, telegram_id: int) -> None:
    AutoSearch.objects.filter(pk=member_id).delete()
    drop_unused_passes(member_id)
