"""Games that members play alone. Their seeds follow from this house's own secret key."""

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from points.selectors import ROULETTE_BETS
from points.services import hit, play_roulette, play_slots, stand, start_blackjack

if TYPE_CHECKING:
    from accounts.models import Member
    from botrunner.demo.history import Story

STAKES = (5, 5, 10, 10, 20, 50)
ROUNDS_MAX = 3
BETS = tuple(ROULETTE_BETS)


def sit_down(story: "Story", member: "Member", moment: datetime) -> None:
    """A few rounds of one game, a minute apart."""
    # Dice of his own: how the games end, no other play may follow from.
    key = story.next_key("game")
    dice = Random(key)  # noqa: S311
    play = dice.choice((_spin_wheel, _spin_reels, _spin_reels, _play_cards))
    for number in range(dice.randint(1, ROUNDS_MAX)):
        play(dice, member.pk, f"{key}:{number}", moment + timedelta(minutes=number))


def _spin_wheel(dice: Random, member_id: int, key: str, moment: datetime) -> None:
    play_roulette(
        member_id=member_id,
        stake=dice.choice(STAKES),
        bet=dice.choice(BETS),
        operation_id=key,
        now=moment,
    )


def _spin_reels(dice: Random, member_id: int, key: str, moment: datetime) -> None:
    play_slots(member_id=member_id, stake=dice.choice(STAKES), operation_id=key, now=moment)


def _play_cards(dice: Random, member_id: int, key: str, moment: datetime) -> None:
    """Takes cards as long as luck has it, and stands."""
    table = start_blackjack(
        member_id=member_id, stake=dice.choice(STAKES), operation_id=key, now=moment
    )
    moves = 0
    while not table.game.is_finished:
        move = hit if dice.random() < 0.4 else stand
        table = move(member_id=member_id, game_id=table.game.pk, moves_made=moves, now=moment)
        moves += 1
