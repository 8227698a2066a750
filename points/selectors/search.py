"""Where a member stands with searching."""

from points.models import Search


def is_reminder_due(member_id: int, count: int) -> bool:
    """Whether he still wants to be told that he can search again after search number `count`."""
    return Search.objects.filter(pk=member_id, count=count, is_reminded=True).exists()
