"""Forgets what came for a member who has his data deleted."""

from numbers.models import InboundSms


def erase_member(member_id: int, telegram_id: int) -> None:
    """The rows stay for the statistics and against a second storing, their words go."""
    InboundSms.objects.filter(lease__member=member_id).update(sender="", text="", code="")
