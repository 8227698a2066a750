"""Games, alone and together. Their seeds follow from this house's own secret key."""

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from botrunner.demo.vouches import CHAT_ID
from points.selectors import MOVES, ROULETTE_BETS
from points.services import (
    accept_challenge,
    challenge,
    choose_move,
    end_due_games,
    hit,
    join_pot,
    open_pot,
    play_roulette,
    play_slots,
    stand,
    start_blackjack,
)

if TYPE_CHECKING:
    from accounts.models import Member
    from botrunner.demo.history import Story

STAKES = (5, 5, 10, 10, 20, 50)
ROUNDS_MAX = 3
# One number in thirty-seven, and a single spin would stand out from the whole month.
BETS = tuple(bet for bet in ROULETTE_BETS if not bet.isdecimal())
# After this every challenge and pot is over: the longest of their times twice.
PATIENCE = timedelta(minutes=2)


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


def meet(story: "Story", member: "Member", moment: datetime) -> None:
    """A game with others in the group; whoever does not answer in time has called it off."""
    key = story.next_key("table")
    dice = Random(key)  # noqa: S311
    others = [other.pk for other in dice.sample(story.members, min(3, len(story.members)))]
    others = [other for other in others if other != member.pk]
    try:
        dice.choice((_challenge, _challenge, _fill_pot))(dice, [member.pk, *others], key, moment)
    finally:
        end_due_games(now=moment + PATIENCE, limit=10)


def _challenge(dice: Random, players: list[int], key: str, moment: datetime) -> None:
    one, other, *_ = players
    kind = dice.choice(("duel", "rps"))
    turn = challenge(
        kind=kind,
        member_id=one,
        opponent_id=other,
        stake=dice.choice(STAKES),
        operation_id=key,
        now=moment,
        chat_telegram_id=CHAT_ID,
    )
    game_id, later = turn.table.game.pk, moment + timedelta(seconds=12)
    if dice.random() < 0.15:
        return
    accept_challenge(game_id=game_id, member_id=other, now=later)
    if kind == "rps":
        for member_id in (one, other):
            choose_move(game_id=game_id, member_id=member_id, move=dice.choice(MOVES), now=later)


def _fill_pot(dice: Random, players: list[int], key: str, moment: datetime) -> None:
    one, *others = players
    turn = open_pot(
        member_id=one,
        chat_telegram_id=CHAT_ID,
        stake=dice.choice(STAKES),
        operation_id=key,
        now=moment,
    )
    for number, other in enumerate(others, start=1):
        join_pot(
            game_id=turn.table.game.pk,
            member_id=other,
            stake=dice.choice(STAKES),
            now=moment + timedelta(seconds=number),
        )
