"""Of the paid VIP that came to its end, how much was paid for again around that time."""

from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from project.figures import Days
from project.selectors import sum_by_day
from vip.models import Grant

from .sales import SOLD

DAYS = 7
# What it counts depends on the days around an end: other days, another name.
NAME = f"vip.report.renewals.{DAYS}"
DEFINITION = (
    f"Of the VIP that was paid for (bought, or received as a gift) and was to end in this time "
    f"as it stood {DAYS} days before its end, leaving out what staff took back: the part for "
    f"whose member a plan was paid again from {DAYS} days before that end to {DAYS} days after it."
)


def end_of_settled(today: date) -> date:
    """Ends before this day can no longer be renewed in time: their figures stay as they are."""
    return today - timedelta(days=DAYS)


def read_renewals(first: date, end: date) -> Days:
    """By the day of the end. Index grant_paid_end; what came later by grant_history."""
    around = timedelta(days=DAYS)
    later = Grant.objects.filter(membership=OuterRef("membership"), pk__gt=OuterRef("pk"))
    # The end had moved before anybody could be called late, or was moved by staff.
    moved = Q(created_at__lt=OuterRef("until_after") - around)
    revoked = Q(kind=Grant.Kind.REVOKED, created_at__lt=OuterRef("until_after"))
    due = Grant.objects.filter(~Exists(later.filter(moved | revoked)), kind__in=SOLD)
    # As moved before that would have left it out, only how late it came is asked.
    paid_again = later.filter(kind__in=SOLD, created_at__lte=OuterRef("until_after") + around)
    return sum_by_day(
        due.annotate(is_renewed=Exists(paid_again)),
        "until_after",
        first,
        end,
        due=Count("pk"),
        renewed=Count("pk", filter=Q(is_renewed=True)),
    )
