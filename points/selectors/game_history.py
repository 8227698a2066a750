"""Games that were played: by a member, and the entries that each has made."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from points.models import Entry, Game, Seat


@dataclass(frozen=True, slots=True)
class PlayTotals:
    """Of games that are over; those whose stakes were returned are left out. `net` in points."""

    played: int
    won: int
    net: int


def play_totals(member_id: int) -> PlayTotals:
    """By the index seat_losses: all that a member has played."""
    seats = Seat.objects.filter(member=member_id, finished_at__isnull=False)
    totals = seats.exclude(outcome=Seat.Outcome.REFUND).aggregate(
        played=Count("id"),
        won=Count("id", filter=Q(outcome=Seat.Outcome.WIN)),
        net=Sum(F("payout") + F("bonus") - F("stake")),
    )
    return PlayTotals(totals["played"], totals["won"], totals["net"] or 0)


def list_seats(member_id: int, *, limit: int) -> list[Seat]:
    """The newest, by the index seat_history, without what an unfinished game must keep."""
    seats = Seat.objects.filter(member=member_id).select_related("game")
    return list(seats.defer("secret", "game__seed", "game__key").order_by("-id")[:limit])


def get_seat(game_id: int, member_id: int) -> Seat:
    return Seat.objects.select_related("game").get(game=game_id, member=member_id)


def list_game_entries(game: Game, seats: Iterable[Seat]) -> list[Entry]:
    """By their keys, each a look-up, and then what reverses them."""
    keys = [game.entry_key(seat.member_id, name) for seat in seats for name in game.ENTRY_NAMES]
    entries = Entry.objects.select_related("wallet__member").order_by("id")
    own = list(entries.filter(key__in=keys))
    return [*own, *entries.filter(reverses__in=[entry.pk for entry in own])]
