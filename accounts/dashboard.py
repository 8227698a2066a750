"""What the home page shows of members and of the messages that wait for them."""

from datetime import date, datetime, timedelta

from django.db.models import Count

from accounts.models import Member, OutboxMessage
from project.figures import Chart, Days, Figure, Reading
from project.selectors import count_bounded, day_start, sum_by_day

OUTBOX_LATE = timedelta(minutes=5)


def members(now: datetime) -> Reading:
    new = Member.objects.filter(joined_at__gte=day_start(now)).count()
    return Reading(Member.objects.count(), f"{new:,} new today")


def active_today(now: datetime) -> Reading:
    # Index member_last_seen.
    count = Member.objects.filter(last_seen_at__gte=day_start(now)).count()
    return Reading(count, "Wrote to the bot since midnight, UTC")


def outbox(now: datetime) -> Reading:
    # Index outbox_waiting.
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING)
    late = waiting.filter(due_at__lt=now - OUTBOX_LATE).exists()
    note = "Some are more than 5 minutes late" if late else "All on time"
    due = waiting.filter(due_at__lte=now)
    return Reading(count_bounded(due), note, "warn" if late else "good")


def new_members(first: date, end: date) -> Days:
    # Index member_joined.
    return sum_by_day(Member.objects.all(), "joined_at", first, end, members=Count("pk"))


FIGURES = [
    Figure(
        label="Members",
        icon="group",
        view="admin:accounts_member_changelist",
        permission="accounts.view_member",
        read=members,
    ),
    Figure(
        label="Active today",
        icon="bolt",
        view="admin:accounts_member_changelist",
        query="seen=today",
        permission="accounts.view_member",
        read=active_today,
    ),
    Figure(
        label="Messages to send",
        icon="outgoing_mail",
        view="admin:accounts_outboxmessage_changelist",
        query="state__exact=waiting",
        permission="accounts.view_outboxmessage",
        read=outbox,
    ),
]
CHARTS = [
    Chart(
        name="accounts.new_members",
        title="New members",
        series={"members": "New members"},
        view="admin:accounts_member_changelist",
        permission="accounts.view_member",
        read=new_members,
    )
]
