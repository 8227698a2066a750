"""Rock, paper, scissors: both choose in secret, and what they chose is shown together."""

from datetime import datetime, timedelta

from django.db import transaction

from points.errors import GameNotFound, NotAPlayer
from points.games import rps
from points.models import Game, Seat

from .plays import is_second_tap
from .table import End, HeldGame, Outcome, hold_game, refund_game, settle_game, winner_takes_all
from .telling import Turn, tell_table, turn_of

CHOICE_TIME = timedelta(seconds=30)


def await_moves(held: HeldGame, now: datetime) -> Turn:
    """Both stakes are in: the time to choose begins."""
    held.game.state, held.game.due_at = Game.State.PLAYING, now + CHOICE_TIME
    held.game.save(update_fields=["state", "due_at"])
    return turn_of(held)


@transaction.atomic
def choose_move(*, game_id: int, member_id: int, move: str, now: datetime) -> Turn:
    """The first choice holds. Raises GameNotFound, NotAPlayer."""
    if move not in rps.MOVES:
        raise GameNotFound()
    held = hold_game(game_id)
    seat = _seat(held, member_id)
    if held.game.state != Game.State.PLAYING:
        return turn_of(held)
    if held.game.due_at is not None and now >= held.game.due_at:
        return _give_back(held, "idle", member_id, now)
    if _has_just_accepted(held.game, member_id, now):
        return turn_of(held)
    if not seat.secret:
        seat.secret = move
        seat.save(update_fields=["secret"])
    if not all(seat.secret for seat in held.seats):
        return turn_of(held)
    if any(held.is_out(seat) for seat in held.seats):
        return _give_back(held, "frozen", member_id, now)
    return _compare(held, member_id, now)


def _has_just_accepted(game: Game, member_id: int, now: datetime) -> bool:
    """The moves stand where he has just accepted: the second of two quick taps chooses nothing."""
    assert game.due_at is not None, "it is being played"
    return member_id == game.opponent_id and is_second_tap(game.due_at - CHOICE_TIME, now)


def _seat(held: HeldGame, member_id: int) -> Seat:
    if held.game.kind != Game.Kind.RPS:
        raise GameNotFound()
    for seat in held.seats:
        if seat.member_id == member_id:
            return seat
    raise NotAPlayer()


def _give_back(held: HeldGame, end: str, member_id: int, now: datetime) -> Turn:
    refund_game(held, {"end": end}, now)
    tell_table(held, now, but_for=member_id)
    return turn_of(held)


def _compare(held: HeldGame, member_id: int, now: datetime) -> Turn:
    moves = [seat.secret for seat in held.seats]
    place = rps.winner(moves[0], moves[1])
    if place is None:
        ends = {seat.member_id: End(Outcome.DRAW, seat.stake) for seat in held.seats}
    else:
        ends = winner_takes_all(held.seats, place)
    held.game.choices = {"moves": moves}
    level_ups = settle_game(held, ends, {"place": place}, now)
    tell_table(held, now, but_for=member_id, level_ups=level_ups)
    return turn_of(held, level_ups)
