"""How far a member has come."""

from points.models import Progress


def progress_of(member_id: int) -> Progress:
    """The beginning of level 1 for who has earned nothing yet; not saved then."""
    return Progress.objects.filter(pk=member_id).first() or Progress(pk=member_id)
