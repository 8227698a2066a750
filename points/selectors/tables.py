"""Games of several players as they stand."""

from dataclasses import dataclass

from django.db.models import QuerySet

from points.games.rps import MOVES
from points.models import Game, Seat

__all__ = [
    "MOVES",
    "Table",
    "find_open_pot",
    "is_game_over",
    "read_table",
    "unfinished_games",
]


@dataclass(frozen=True, slots=True)
class Table:
    """A game of several players, and their seats in the order in which they came."""

    game: Game
    seats: list[Seat]

    def seat_of(self, member_id: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.member_id == member_id), None)

    @property
    def winner(self) -> Seat | None:
        return next((seat for seat in self.seats if seat.outcome == Seat.Outcome.WIN), None)

    @property
    def total(self) -> int:
        return sum(seat.stake for seat in self.seats)


def read_table(game_id: int) -> Table:
    game = Game.objects.select_related("starter", "opponent").get(pk=game_id)
    return Table(game, list(game.seats.select_related("member").order_by("id")))


def is_game_over(game_id: int) -> bool:
    return Game.objects.filter(pk=game_id, due_at__isnull=True).exists()


def unfinished_games() -> QuerySet[Game]:
    """Few at any time, however many there were: on PostgreSQL by the index game_due."""
    return Game.objects.filter(due_at__isnull=False)


def find_open_pot(chat_telegram_id: int) -> Game | None:
    pots = unfinished_games().filter(kind=Game.Kind.POT, chat_telegram_id=chat_telegram_id)
    # The constraint game_one_pot_per_group: there is none beside it to be ordered.
    return pots.order_by("due_at").first()
