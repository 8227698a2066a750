"""What the home page shows of games: how many were played, and what the house made of them."""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest

from points.models import Game, Seat
from project.figures import Chart, Days
from project.selectors import sum_by_day

KINDS = dict(Game.Kind.choices)
POINTS = BigIntegerField()
_PAID = F("payout") + F("bonus")


def made_by_games(first: date, end: date) -> Days:
    """What games of each day paid beyond their stakes, and what they kept of them.

    A game counts when it is over; what players win from each other is no more and no less.
    """
    among_players = Q(game__kind__in=Game.AMONG_PLAYERS)
    nothing = Value(0, output_field=POINTS)
    gained = Greatest(_PAID - F("stake"), nothing, output_field=POINTS)
    lost = Greatest(F("stake") - _PAID, nothing, output_field=POINTS)
    return _sum_seats(
        first,
        end,
        minted=Sum(Case(When(among_players, then=F("bonus")), default=gained, output_field=POINTS)),
        burnt=Sum(Case(When(among_players, then=nothing), default=lost, output_field=POINTS)),
    )


def games_played(first: date, end: date) -> Days:
    """By the index game_newest alone."""
    return sum_by_day(
        Game.objects.filter(state=Game.State.SETTLED),
        "finished_at",
        first,
        end,
        **{kind: Count("id", filter=Q(kind=kind)) for kind in KINDS},
    )


def house_result(first: date, end: date) -> Days:
    """What the house won (or lost, below zero) on each kind."""
    won = F("stake") - _PAID
    return _sum_seats(first, end, **{kind: Sum(won, filter=Q(game__kind=kind)) for kind in KINDS})


def turnover(first: date, end: date) -> Days:
    return _sum_seats(first, end, staked=Sum("stake"), paid=Sum(_PAID))


def _sum_seats(first: date, end: date, **sums: Any) -> Days:
    """Seats of games that were played to their end, by the index game_newest of their games."""
    seats: QuerySet[Seat] = Seat.objects.exclude(outcome=Seat.Outcome.REFUND)
    return sum_by_day(seats, "game__finished_at", first, end, **sums)


CHARTS = [
    Chart(
        name="points.games_played",
        title="Games played",
        series=KINDS,
        is_stacked=True,
        view="admin:points_game_changelist",
        permission="points.view_game",
        read=games_played,
    ),
    Chart(
        name="points.house_result",
        title="What the house won",
        series=KINDS,
        is_stacked=True,
        view="admin:points_game_changelist",
        permission="points.view_game",
        read=house_result,
    ),
    Chart(
        name="points.games_turnover",
        title="Staked in games and paid by them",
        series={"staked": "Staked", "paid": "Paid"},
        kind="line",
        view="admin:points_game_changelist",
        permission="points.view_game",
        read=turnover,
    ),
]
