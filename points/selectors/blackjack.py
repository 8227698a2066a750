"""The blackjack table of a member as it stands."""

from points.games import blackjack
from points.games.blackjack import Table, card_name, is_soft, points_of
from points.models import Game, Seat

__all__ = [
    "BLACKJACK_RETURN",
    "blackjack_table",
    "card_name",
    "find_blackjack",
    "is_soft",
    "points_of",
]

BLACKJACK_RETURN = blackjack.RETURN_TO_PLAYER


def find_blackjack(member_id: int) -> Seat | None:
    """At the table that is not over, with its game. By the constraint game_one_blackjack."""
    seats = Seat.objects.select_related("game").filter(
        member=member_id,
        game__starter=member_id,
        game__kind=Game.Kind.BLACKJACK,
        game__state=Game.State.PLAYING,
    )
    return seats.first()


def blackjack_table(game: Game) -> Table:
    return blackjack.play(blackjack.deck_of(game.seed), game.choices["moves"])
