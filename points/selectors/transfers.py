"""What a member may still send."""

from datetime import datetime, timedelta

from django.db.models import Sum

from points.models import Entry, PointsSettings

CAP_WINDOW = timedelta(hours=24)


def transfer_opens_at(joined_at: datetime, min_age_hours: int, now: datetime) -> datetime | None:
    """From when on a new member may send points; None: already."""
    opens_at = joined_at + timedelta(hours=min_age_hours)
    return opens_at if min_age_hours and now < opens_at else None


def transfer_left(member_id: int, numbers: PointsSettings, now: datetime) -> int:
    """How much of the cap of 24 hours is left. Index entry_sent."""
    sent = Entry.objects.filter(
        wallet=member_id, kind=Entry.Kind.TRANSFER_OUT, created_at__gt=now - CAP_WINDOW
    ).aggregate(total=Sum("amount"))["total"]
    return max(numbers.transfer_daily_max + (sent or 0), 0)
