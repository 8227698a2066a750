"""Tables of blackjack as a test needs them, found among the seeds."""

from collections.abc import Callable
from itertools import count

from points.games.blackjack import Table, deck_of, is_soft, play, points_of
from points.games.fairness import seed_of
from points.models import Game
from points.selectors import blackjack_table
from points.services import start_blackjack
from tests.points.conftest import NOW

Wish = Callable[[Table], bool]


def find_operation(member, wish: Wish, *moves: str) -> str:
    """An operation id whose table, after these moves, is as wished."""
    for number in count():
        operation_id = f"o{number}"
        try:
            table = play(deck_of(seed_of(member.pk, operation_id)), moves)
        except ValueError:
            continue
        if wish(table):
            return operation_id
    raise AssertionError


def sit_down(member, wish: Wish | None = None, *moves: str, stake: int = 10, now=NOW):
    """A table that is not over; `wish` looks at it after the moves, which are not made."""
    return start_blackjack(
        member_id=member.pk,
        stake=stake,
        operation_id=find_operation(member, wish or is_long, *moves),
        now=now,
    )


def is_long(table: Table) -> bool:
    """Two low cards: two more cannot go over 21."""
    return not table.is_over and points_of(table.player) == 5 and not is_soft(table.player)


def wins(table: Table) -> bool:
    return table.is_over and points_of(table.dealer) < points_of(table.player) <= 21


def loses(table: Table) -> bool:
    return table.is_over and points_of(table.player) < points_of(table.dealer) <= 21


def is_natural(table: Table) -> bool:
    return table.is_players_natural and points_of(table.dealer) != 21


def stored_table(game: Game) -> Table:
    return blackjack_table(Game.objects.get(pk=game.pk))
