"""What the home page shows of points."""

from datetime import datetime

from django.db.models import Sum

from points.board_figures import TOP_EARNER, XP_EARNED
from points.models import LedgerCheck, Wallet
from points.selectors import minted_and_burnt
from project.figures import Chart, Figure, Reading


def in_circulation(now: datetime) -> Reading:
    total = Wallet.objects.aggregate(total=Sum("balance"))["total"] or 0
    check = LedgerCheck.objects.order_by("-created_at").first()
    if check is None:
        return Reading(total, "The ledger was not checked yet")
    if check.faults:
        return Reading(total, f"The last check found {len(check.faults)} faults", "warn")
    return Reading(total, "The last ledger check found no fault", "good")


FIGURES = [
    Figure(
        label="Points in circulation",
        icon="toll",
        view="admin:points_wallet_changelist",
        permission="points.view_wallet",
        read=in_circulation,
    ),
    TOP_EARNER,
]
CHARTS = [
    Chart(
        name="points.supply",
        title="Points minted and burnt",
        series={"minted": "Minted", "burnt": "Burnt"},
        kind="line",
        view="admin:points_entry_changelist",
        permission="points.view_entry",
        read=minted_and_burnt,
    ),
    XP_EARNED,
]
