"""Blackjack: a table between a member and the dealer, move by move."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from accounts.services import queue_message
from points.errors import GameNotFound, WalletFrozen
from points.games import blackjack
from points.games.blackjack import DOUBLE, HIT, STAND
from points.models import Game
from points.selectors import find_blackjack
from points.services.ledger import lock_wallet
from points.services.xp import LevelUp
from project.errors import Refusal

from .limits import check_raise
from .plays import Play, find_play
from .table import (
    End,
    HeldGame,
    hold_game,
    outcome_of,
    raise_stake,
    refund_game,
    settle_game,
    start_game,
)

# Who makes no move for so long stands.
BLACKJACK_IDLE = timedelta(minutes=5)


@transaction.atomic
def start_blackjack(
    *,
    member_id: int,
    stake: int,
    operation_id: str,
    now: datetime,
    chat_telegram_id: int | None = None,
) -> Play:
    """Takes the stake and deals. Who sits at a table already is shown that one.

    The same operation id returns its table as it stands. Raises as start_game does.
    """
    wallet = lock_wallet(member_id)
    if play := find_play(member_id, operation_id, Game.Kind.BLACKJACK, wallet):
        return play
    if seat := find_blackjack(member_id):
        return Play(seat.game, seat, wallet.balance)
    held = start_game(
        wallet,
        kind=Game.Kind.BLACKJACK,
        stake=stake,
        operation_id=operation_id,
        now=now,
        due_at=now + BLACKJACK_IDLE,
        choices={"moves": []},
        chat_telegram_id=chat_telegram_id,
    )
    return _play_on(held, [], now)


def hit(*, member_id: int, game_id: int, moves_made: int, now: datetime) -> Play:
    """Takes a card. `moves_made`: how many moves the table showed that the member acts on.

    A table that has moved on or is over is returned as it stands. Raises GameNotFound,
    WalletFrozen.
    """
    return _move(HIT, member_id, game_id, moves_made, now)


def stand(*, member_id: int, game_id: int, moves_made: int, now: datetime) -> Play:
    """Takes no more cards: the dealer plays. As hit."""
    return _move(STAND, member_id, game_id, moves_made, now)


def double(*, member_id: int, game_id: int, moves_made: int, now: datetime) -> Play:
    """Stakes as much again for one last card. As hit, and raises as start_game does."""
    return _move(DOUBLE, member_id, game_id, moves_made, now)


def may_double(*, member_id: int, stake: int, balance: int, now: datetime) -> bool:
    """Whether the member could stake as much again at this moment, the cards apart."""
    try:
        check_raise(member_id, stake, total=stake * 2, now=now)
    except Refusal:
        return False
    return balance >= stake


def end_blackjack(held: HeldGame, now: datetime) -> None:
    """His time is up: the member stands.

    Who was frozen meanwhile, or has had his data deleted, has his stake returned.
    """
    [seat] = held.seats
    level_ups: tuple[LevelUp, ...] = ()
    if held.is_out(seat):
        refund_game(held, {}, now)
    else:
        level_ups = _play_on(held, [*held.game.choices["moves"], STAND], now).level_ups
    queue_message(
        kind="games.blackjack_ended",
        key=f"games.blackjack_ended:{held.game.pk}",
        member_id=seat.member_id,
        due_at=now,
        game_id=held.game.pk,
        level_ups=[asdict(level_up) for level_up in level_ups],
    )


@transaction.atomic
def _move(move: str, member_id: int, game_id: int, moves_made: int, now: datetime) -> Play:
    held = hold_game(game_id)
    game, seat, wallet = held.game, held.seat_of(member_id), held.wallets[member_id]
    if game.kind != Game.Kind.BLACKJACK:
        raise GameNotFound()
    moves = game.choices["moves"]
    if game.is_finished or len(moves) != moves_made:
        return Play(game, seat, wallet.balance)
    if wallet.is_frozen:
        raise WalletFrozen()
    if move == DOUBLE:
        raise_stake(held, seat, game.stake, now)
    return _play_on(held, [*moves, move], now)


def _play_on(held: HeldGame, moves: Sequence[str], now: datetime) -> Play:
    """Lays the cards for these moves; settles when that ends the game."""
    game, [seat] = held.game, held.seats
    table = blackjack.play(blackjack.deck_of(game.seed), moves)
    game.choices = {"moves": list(moves)}
    level_ups: tuple[LevelUp, ...] = ()
    if table.is_over:
        payout = blackjack.payout(table, seat.stake)
        result = {"player": list(table.player), "dealer": list(table.dealer)}
        ends = {seat.member_id: End(outcome_of(seat.stake, payout), payout)}
        level_ups = settle_game(held, ends, result, now)
    else:
        game.due_at = now + BLACKJACK_IDLE
        game.save(update_fields=["choices", "due_at"])
    return Play(game, seat, held.wallets[seat.member_id].balance, level_ups)
