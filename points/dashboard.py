"""What the home page shows of points."""

from datetime import date, datetime

from django.db.models import Q, Sum

from points.models import Entry, LedgerCheck, Wallet
from project.figures import Chart, Days, Figure, Reading
from project.selectors import sum_by_day

TRANSFERS = (Entry.Kind.TRANSFER_IN, Entry.Kind.TRANSFER_OUT)


def in_circulation(now: datetime) -> Reading:
    total = Wallet.objects.aggregate(total=Sum("balance"))["total"] or 0
    check = LedgerCheck.objects.order_by("-created_at").first()
    if check is None:
        return Reading(total, "The ledger was not checked yet")
    if check.faults:
        return Reading(total, f"The last check found {len(check.faults)} faults", "warn")
    return Reading(total, "The last ledger check found no fault", "good")


def minted_and_burnt(first: date, end: date) -> Days:
    """Transfers move points between members: they neither make nor destroy any."""
    days = sum_by_day(
        # Index entry_newest.
        Entry.objects.exclude(kind__in=TRANSFERS),
        "created_at",
        first,
        end,
        minted=Sum("amount", filter=Q(amount__gt=0)),
        burnt=Sum("amount", filter=Q(amount__lt=0)),
    )
    return {day: {"minted": sums["minted"], "burnt": -sums["burnt"]} for day, sums in days.items()}


FIGURES = [
    Figure(
        label="Points in circulation",
        icon="toll",
        view="admin:points_wallet_changelist",
        permission="points.view_wallet",
        read=in_circulation,
    )
]
CHARTS = [
    Chart(
        name="points.minted_and_burnt",
        title="Points minted and burnt",
        series={"minted": "Minted", "burnt": "Burnt"},
        kind="line",
        view="admin:points_entry_changelist",
        permission="points.view_entry",
        read=minted_and_burnt,
    )
]
