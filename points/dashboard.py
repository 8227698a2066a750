"""What the home page shows of points."""

from datetime import date, datetime

from django.db.models import F, Q, Sum

from points.board_figures import TOP_EARNER, XP_EARNED
from points.game_charts import made_by_games
from points.models import Entry, LedgerCheck, Wallet
from project.figures import Chart, Days, Figure, Reading
from project.selectors import sum_by_day

# Moves between members, and into and out of a game: they neither make nor destroy any.
MOVES = (
    Entry.Kind.TRANSFER_IN,
    Entry.Kind.TRANSFER_OUT,
    Entry.Kind.GAME_STAKE,
    Entry.Kind.GAME_PAYOUT,
    Entry.Kind.GAME_REFUND,
    Entry.Kind.GAME_BONUS,
)


def in_circulation(now: datetime) -> Reading:
    total = Wallet.objects.aggregate(total=Sum("balance"))["total"] or 0
    check = LedgerCheck.objects.order_by("-created_at").first()
    if check is None:
        return Reading(total, "The ledger was not checked yet")
    if check.faults:
        return Reading(total, f"The last check found {len(check.faults)} faults", "warn")
    return Reading(total, "The last ledger check found no fault", "good")


def minted_and_burnt(first: date, end: date) -> Days:
    """What games make and burn counts when they are over: see made_by_games."""
    days = sum_by_day(
        # Index entry_newest.
        Entry.objects.exclude(kind__in=MOVES),
        "created_at",
        first,
        end,
        minted=Sum("amount", filter=Q(amount__gt=0)),
        burnt=Sum(-F("amount"), filter=Q(amount__lt=0)),
    )
    by_games = made_by_games(first, end)
    return {
        day: {
            name: days.get(day, {}).get(name, 0) + by_games.get(day, {}).get(name, 0)
            for name in ("minted", "burnt")
        }
        for day in days.keys() | by_games.keys()
    }


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
