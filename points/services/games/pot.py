"""Pot: a group puts stakes together, and when the time is up one takes them all."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from points.errors import AlreadyInPot, GameNotFound, PotFull, PotOpen
from points.games import pot
from points.games.fairness import Draws
from points.models import Game
from points.selectors import find_open_pot, get_settings
from points.services.ledger import HeldWallet, lock_wallet

from .plays import find_play
from .table import (
    End,
    HeldGame,
    Outcome,
    hold_game,
    join_game,
    refund_game,
    settle_game,
    start_game,
    winner_takes_all,
)
from .telling import Turn, tell_table, turn_again, turn_of

# Bounds the transaction that pays them.
PLAYERS_MAX = 100


@transaction.atomic
def open_pot(
    *, member_id: int, chat_telegram_id: int, stake: int, operation_id: str, now: datetime
) -> Turn:
    """Takes the first stake. The same operation id: the same pot. Raises PotOpen, as start_game."""
    wallet = lock_wallet(member_id)
    if play := find_play(member_id, operation_id, Game.Kind.POT, wallet):
        return turn_again(play.game.pk)
    try:
        with transaction.atomic():
            return turn_of(_open(wallet, chat_telegram_id, stake, operation_id, now))
    except IntegrityError:
        # game_one_pot_per_group: somebody was faster.
        if find_open_pot(chat_telegram_id) is None:
            raise
        raise PotOpen() from None


@transaction.atomic
def join_pot(
    *, game_id: int, member_id: int, stake: int, now: datetime, is_on_card: bool = True
) -> Turn:
    """Takes one more stake. `is_on_card`: by the button of the group's card, which then shows it.

    Once the time is up nobody joins: the pot is drawn. Raises GameNotFound, PotFull,
    AlreadyInPot, and as start_game does.
    """
    held = hold_game(game_id, also=member_id)
    game = held.game
    if game.kind != Game.Kind.POT:
        raise GameNotFound()
    if game.is_finished:
        return turn_of(held)
    if game.due_at is not None and now >= game.due_at:
        end_pot(held, now, but_for=member_id if is_on_card else None)
        return turn_of(held)
    for seat in held.seats:
        if seat.member_id == member_id and seat.stake != stake:
            raise AlreadyInPot(stake=seat.stake)
        if seat.member_id == member_id:
            return turn_of(held)
    if len(held.seats) >= PLAYERS_MAX:
        raise PotFull()
    join_game(held, held.wallets[member_id], stake, now)
    tell_table(held, now, but_for=member_id if is_on_card else None)
    return turn_of(held)


def end_pot(held: HeldGame, now: datetime, but_for: int | None = None) -> None:
    """The time is up: one takes all, or the only player takes back what is his."""
    players = [seat for seat in held.seats if not held.is_out(seat)]
    if len(players) < 2:
        refund_game(held, {"end": "alone" if len(held.seats) == 1 else "frozen"}, now)
        tell_table(held, now, but_for=but_for)
        return
    stakes = [seat.stake for seat in players]
    place = pot.winner(Draws(held.game.seed), stakes)
    ends = {seat.member_id: End(Outcome.REFUND, seat.stake) for seat in held.seats}
    ends |= winner_takes_all(players, place)
    held.game.choices = {"members": [seat.member_id for seat in players], "stakes": stakes}
    level_ups = settle_game(held, ends, {"place": place}, now)
    tell_table(held, now, but_for=but_for, level_ups=level_ups)


def _open(
    wallet: HeldWallet, chat_telegram_id: int, stake: int, operation_id: str, now: datetime
) -> HeldGame:
    if find_open_pot(chat_telegram_id) is not None:
        raise PotOpen()
    return start_game(
        wallet,
        kind=Game.Kind.POT,
        state=Game.State.OPEN,
        stake=stake,
        operation_id=operation_id,
        now=now,
        due_at=now + timedelta(seconds=get_settings().pot_seconds),
        chat_telegram_id=chat_telegram_id,
    )
