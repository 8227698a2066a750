"""How many points came into being and went out of it, by day."""

from datetime import date

from django.db.models import F, Q, Sum

from points.game_charts import made_by_games
from points.models import Entry
from project.figures import Days
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
